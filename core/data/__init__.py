"""The datasets there are, one line each. Tensors in memory plus class names; see `core.data.base`."""

from core.data.base import DatasetConfig
from core.data.sources.chinese import HOTEL_ZH, REVIEWS_ZH, SHOPPING_ZH
from core.data.sources.csv_file import CSV_FILE
from core.data.sources.digits import DIGITS
from core.data.sources.handwriting import HANDWRITING
from core.data.sources.image_folder import IMAGE_FOLDER
from core.data.sources.imdb import IMDB
from core.data.sources.mnist import EMNIST_LETTERS, FASHION_MNIST, KMNIST, MNIST
from core.data.sources.own_drawings import MY_DRAWINGS
from core.data.sources.rotten_tomatoes import ROTTEN_TOMATOES
from core.data.sources.sentences import CHAPTER_SENTENCES, SENTENCES, SENTENCES_MIXED, SENTENCES_ZH
from core.data.sources.sst2 import SST2
from core.data.sources.strokes import STROKES
from core.i18n import N_
from core.registry import Registry

DATASETS: Registry[DatasetConfig] = Registry(N_("dataset"))
DATASETS.add(STROKES)
DATASETS.add(MNIST)
DATASETS.add(FASHION_MNIST)
DATASETS.add(KMNIST)
DATASETS.add(EMNIST_LETTERS)
DATASETS.add(HANDWRITING)
DATASETS.add(DIGITS)
DATASETS.add(MY_DRAWINGS)
DATASETS.add(IMAGE_FOLDER)
DATASETS.add(SENTENCES)
DATASETS.add(SENTENCES_ZH)
DATASETS.add(SENTENCES_MIXED)
DATASETS.add(CHAPTER_SENTENCES)
DATASETS.add(SST2)
DATASETS.add(IMDB)
DATASETS.add(ROTTEN_TOMATOES)
DATASETS.add(HOTEL_ZH)
DATASETS.add(SHOPPING_ZH)
DATASETS.add(REVIEWS_ZH)
DATASETS.add(CSV_FILE)
