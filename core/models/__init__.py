"""The registry of architectures: one file and one line per entry."""

from core.i18n import N_
from core.models.base import ModelConfig
from core.models.image.chapter_cnn import ChapterCnnConfig
from core.models.image.lenet5 import LeNet5Config
from core.models.image.mlp import MlpConfig
from core.models.image.small_conv_bn import SmallConvBnConfig
from core.models.image.small_resnet import SmallResNetConfig
from core.models.image.softmax_regression import SoftmaxRegressionConfig
from core.models.text.bag_of_embeddings import BagOfEmbeddingsConfig
from core.models.text.bilstm import BiLstmConfig
from core.models.text.chapter_lstm import ChapterLstmConfig
from core.models.text.gru import GruConfig
from core.models.text.lstm import LstmConfig
from core.models.text.rnn import RnnConfig
from core.models.text.transformer import TransformerConfig
from core.registry import Registry

MODELS: Registry[ModelConfig] = Registry(N_("model"))
MODELS.add(SoftmaxRegressionConfig)
MODELS.add(MlpConfig)
MODELS.add(ChapterCnnConfig)
MODELS.add(LeNet5Config)
MODELS.add(SmallConvBnConfig)
MODELS.add(SmallResNetConfig)
MODELS.add(BagOfEmbeddingsConfig)
MODELS.add(RnnConfig)
MODELS.add(GruConfig)
MODELS.add(ChapterLstmConfig)
MODELS.add(LstmConfig)
MODELS.add(BiLstmConfig)
MODELS.add(TransformerConfig)
