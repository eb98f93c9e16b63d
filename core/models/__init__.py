"""The architectures there are, one file and one line each."""

from core.i18n import N_
from core.models.bag_of_embeddings import BAG_OF_EMBEDDINGS
from core.models.base import ModelConfig
from core.models.bilstm import BILSTM
from core.models.chapter_cnn import CHAPTER_CNN
from core.models.chapter_lstm import CHAPTER_LSTM
from core.models.gru import GRU
from core.models.lenet5 import LENET5
from core.models.lstm import LSTM
from core.models.mlp import MLP
from core.models.rnn import RNN
from core.models.small_conv_bn import SMALL_CONV_BN
from core.models.small_resnet import SMALL_RESNET
from core.models.softmax_regression import SOFTMAX_REGRESSION
from core.models.transformer import TRANSFORMER
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
