"""The architectures there are, one file and one line each."""

from core.i18n import N_
from core.models.base import ModelConfig
from core.models.image.chapter_cnn import CHAPTER_CNN
from core.models.image.lenet5 import LENET5
from core.models.image.mlp import MLP
from core.models.image.small_conv_bn import SMALL_CONV_BN
from core.models.image.small_resnet import SMALL_RESNET
from core.models.image.softmax_regression import SOFTMAX_REGRESSION
from core.models.text.bag_of_embeddings import BAG_OF_EMBEDDINGS
from core.models.text.bilstm import BILSTM
from core.models.text.chapter_lstm import CHAPTER_LSTM
from core.models.text.gru import GRU
from core.models.text.lstm import LSTM
from core.models.text.rnn import RNN
from core.models.text.transformer import TRANSFORMER
from core.registry import Registry

MODELS: Registry[ModelConfig] = Registry(N_("model"))
MODELS.add(SOFTMAX_REGRESSION)
MODELS.add(MLP)
MODELS.add(CHAPTER_CNN)
MODELS.add(LENET5)
MODELS.add(SMALL_CONV_BN)
MODELS.add(SMALL_RESNET)
MODELS.add(BAG_OF_EMBEDDINGS)
MODELS.add(RNN)
MODELS.add(GRU)
MODELS.add(CHAPTER_LSTM)
MODELS.add(LSTM)
MODELS.add(BILSTM)
MODELS.add(TRANSFORMER)
