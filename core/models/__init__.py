"""The architectures there are, one file and one line each."""

from core.i18n import N_
from core.models.base import ModelConfig
from core.models.chapter_cnn import CHAPTER_CNN
from core.models.lenet5 import LENET5
from core.models.lstm import LSTM
from core.models.mlp import MLP
from core.models.small_conv_bn import SMALL_CONV_BN
from core.models.small_resnet import SMALL_RESNET
from core.models.softmax_regression import SOFTMAX_REGRESSION
from core.registry import Registry

MODELS: Registry[ModelConfig] = Registry(N_("model"))
MODELS.add(SOFTMAX_REGRESSION)
MODELS.add(MLP)
MODELS.add(CHAPTER_CNN)
MODELS.add(LENET5)
MODELS.add(SMALL_CONV_BN)
MODELS.add(SMALL_RESNET)
MODELS.add(LSTM)
