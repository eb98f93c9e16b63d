"""The registry of datasets, one line per entry. A dataset is tensors in memory and class names: `core.data.base`."""

from core.data.base import DatasetConfig
from core.data.sources.chinese import HotelConfig, ReviewsConfig, ShoppingConfig
from core.data.sources.csv_file import CsvFileConfig
from core.data.sources.digits import DigitsConfig
from core.data.sources.handwriting import HandwritingConfig
from core.data.sources.image_folder import ImageFolderConfig
from core.data.sources.imdb import ImdbConfig
from core.data.sources.mnist import EmnistLettersConfig, FashionMnistConfig, KmnistConfig, MnistConfig
from core.data.sources.own_drawings import OwnDrawingsConfig
from core.data.sources.rotten_tomatoes import RottenTomatoesConfig
from core.data.sources.sentences import (
    ChapterSentencesConfig,
    ChineseSentencesConfig,
    MixedSentencesConfig,
    SentencesConfig,
)
from core.data.sources.sst2 import Sst2Config
from core.data.sources.strokes import StrokesConfig
from core.i18n import N_
from core.registry import Registry

DATASETS: Registry[DatasetConfig] = Registry(N_("dataset"))
DATASETS.add(StrokesConfig)
DATASETS.add(MnistConfig)
DATASETS.add(FashionMnistConfig)
DATASETS.add(KmnistConfig)
DATASETS.add(EmnistLettersConfig)
DATASETS.add(HandwritingConfig)
DATASETS.add(DigitsConfig)
DATASETS.add(OwnDrawingsConfig)
DATASETS.add(ImageFolderConfig)
DATASETS.add(SentencesConfig)
DATASETS.add(ChineseSentencesConfig)
DATASETS.add(MixedSentencesConfig)
DATASETS.add(ChapterSentencesConfig)
DATASETS.add(Sst2Config)
DATASETS.add(ImdbConfig)
DATASETS.add(RottenTomatoesConfig)
DATASETS.add(HotelConfig)
DATASETS.add(ShoppingConfig)
DATASETS.add(ReviewsConfig)
DATASETS.add(CsvFileConfig)
