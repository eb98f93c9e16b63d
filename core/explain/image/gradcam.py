"""Grad-CAM: where the last convolution found evidence for a class.

Axes: C channels, M feature maps, H height, W width, 1 a batch of one.
"""

from torch import Tensor, nn
from torch.nn import functional as F

from core.explain.image.base import Attribution, does_not_apply, last_convolution
from core.i18n import N_
from core.inference.features import private_copy

TITLE = N_("Grad-CAM")


def grad_cam(model: nn.Module, input_1CHW: Tensor, target: int) -> Attribution:
    """Returns the sum of the last convolution's maps, weighted by their gradients and enlarged to the input's size.

    Source: Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based localization",
    ICCV 2017, equations 1 and 2. A network without a convolution has no such maps; then the record says so.

    Args:
        model: the network.
        input_1CHW: what it reads.
        target: the class whose score is explained.
    """
    own = private_copy(model)
    layer = last_convolution(own)
    if layer is None:
        return does_not_apply(
            input_1CHW, TITLE, N_("Grad-CAM looks at the maps of the last convolution, and this network has none.")
        )
    from captum.attr import LayerGradCam

    leaf_1CHW = input_1CHW.detach().clone().requires_grad_()
    coarse_11HW = LayerGradCam(own, layer).attribute(leaf_1CHW, target=target, relu_attributions=True)
    fine_11HW = F.interpolate(coarse_11HW.detach(), input_1CHW.shape[-2:], mode="bilinear", align_corners=False)
    return Attribution(
        fine_11HW[0, 0].float().numpy(),
        TITLE,
        N_("Bright regions are where the last convolution found patterns that speak for this class. It is coarse."),
        signed=False,
    )
