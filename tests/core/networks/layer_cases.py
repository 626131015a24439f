"""Layers of every kind, usual and unusual, each with samples' shapes, as PyTorch writes them."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

LAYER_CASES = {
    "Sequential()": (3,),
    "Sequential(Linear(3, 4), Sequential(ReLU(), Sequential()), Linear(4, 2, bias=False))": (3,),
    "Sequential(OrderedDict([('hidden layer', Linear(3, 4)), ('Aktivierung ü', Tanh())]))": (3,),
    "Linear(3, 4)": (3,),
    "Linear(1, 1, bias=False)": (5, 1),
    "Identity()": (2, 3),
    "Flatten()": (2, 3, 4),
    "Sequential(LayerNorm([2, 3, 4]), Flatten(1, 2))": (2, 3, 4),
    "Sequential(LayerNorm([2, 3, 4]), Flatten(-2))": (2, 3, 4),
    "ReLU()": (3,),
    "ReLU(inplace=True)": (3, 4, 4),
    "ReLU6()": (3,),
    "ReLU6(True)": (3,),
    "Tanh()": (3,),
    "Sigmoid()": (3,),
    "LeakyReLU()": (3,),
    "LeakyReLU(-0.3, inplace=True)": (3,),
    "ELU()": (3,),
    "ELU(2.5, True)": (3,),
    "GELU()": (3,),
    "GELU('tanh')": (3,),
    "SiLU()": (3,),
    "SiLU(True)": (3,),
    "Softplus()": (3,),
    "Softplus(0.5, 3.0)": (3,),
    "Softmax(1)": (3,),
    "Softmax(-1)": (3, 4),
    "Sequential(LayerNorm([3, 4]), LogSoftmax(dim=2))": (3, 4),
    "Dropout()": (3,),
    "Dropout(0.0, True)": (3,),
    "Dropout(1.0)": (3,),
    "Dropout2d(0.3)": (3, 4, 4),
    "Conv1d(2, 3, 3)": (2, 9),
    "Conv1d(2, 4, (3,), (2,), (1,), (2,), 2, False)": (2, 9),
    "Conv1d(2, 3, 5, padding='same', dilation=3)": (2, 4),
    "Conv1d(1, 1, 2, padding='valid')": (1, 2),
    "Conv2d(1, 16, 5, 1, 2)": (1, 8, 8),
    "Conv2d(4, 6, (3, 2), (1, 2), (0, 1), (2, 1), groups=2)": (4, 7, 5),
    "Conv2d(3, 3, (1, 5), padding='same', groups=3, bias=False)": (3, 4, 4),
    "Conv2d(2, 5, 1, 7)": (2, 3, 2),
    "MaxPool1d(2)": (3, 5),
    "MaxPool1d(3, 2, 1, 2, ceil_mode=True)": (3, 8),
    "MaxPool2d(2)": (3, 5, 4),
    "MaxPool2d((3, 2), (1, 3), (1, 0), (1, 2), ceil_mode=True)": (3, 5, 6),
    "MaxPool2d(2, ceil_mode=True)": (3, 1, 1),
    "AvgPool2d(2)": (3, 5, 4),
    "AvgPool2d((4, 3), 2, (2, 1), ceil_mode=True, count_include_pad=False)": (3, 5, 4),
    "AdaptiveAvgPool2d(1)": (3, 5, 4),
    "AdaptiveAvgPool2d((2, 7))": (3, 5, 4),
    "BatchNorm1d(3)": (3,),
    "BatchNorm1d(3, 0.01, None)": (3, 4),
    "BatchNorm1d(3, affine=False)": (3,),
    "BatchNorm1d(3, affine=False, track_running_stats=False)": (3,),
    "BatchNorm2d(3, 1e-3, 0.5)": (3, 2, 2),
    "BatchNorm2d(3, track_running_stats=False)": (3, 2, 2),
    "LayerNorm(3)": (2, 3),
    "LayerNorm([2, 3, 4], eps=0.1)": (2, 3, 4),
    "LayerNorm((4,), bias=False)": (4,),
    "LayerNorm(4, elementwise_affine=False)": (4,),
}
"""The source of each layer, and the shape of a sample that it takes."""


def build(source):
    """Build what such a text says, with numbers that tell every place from every other."""
    net = eval(source, {**vars(nn), "OrderedDict": OrderedDict})
    return filled(net)


def filled(net, seed=0):
    """Give a network numbers of its own, also for what starts as zeros and ones."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for tensor in [*net.parameters(), *net.buffers()]:
            if tensor.is_floating_point():
                tensor.copy_(torch.rand(tensor.shape, generator=generator) + 0.1)
            else:
                tensor.fill_(7)
    return net


def samples(shape, count=2, seed=1):
    return torch.randn((count, *shape), generator=torch.Generator().manual_seed(seed))


def predictions(net, shape):
    """What a network makes of some samples when it does not train."""
    with torch.no_grad():
        return net.eval()(samples(shape))


# The tutorial's own networks ----------------------------------------------------------------------

NET = """
class Net(torch.nn.Module):
    def __init__(self, n_feature=1, n_hidden=10, n_output=1):
        super().__init__()
        self.hidden = torch.nn.Linear(n_feature, n_hidden)
        self.predict = torch.nn.Linear(n_hidden, n_output)

    def forward(self, x):
        return self.predict(torch.relu(self.hidden(x)))
"""

CNN = """
class CNN(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Sequential(
            torch.nn.Conv2d(1, 16, 5, 1, 2), torch.nn.ReLU(), torch.nn.MaxPool2d(2)
        )
        self.conv2 = torch.nn.Sequential(
            torch.nn.Conv2d(16, 32, 5, 1, 2), torch.nn.ReLU(), torch.nn.MaxPool2d(2)
        )
        self.out = torch.nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = self.conv2(self.conv1(x))
        return self.out(x.view(x.size(0), -1))
"""


def tutorial_net(inputs=1, hidden=10, outputs=1, last="predict"):
    """The tutorial's network as this program builds it."""
    layers = [("hidden", nn.Linear(inputs, hidden)), ("act", nn.ReLU())]
    return filled(nn.Sequential(OrderedDict([*layers, (last, nn.Linear(hidden, outputs))])))


def tutorial_cnn():
    """The tutorial's CNN, with its Flatten in sight."""
    conv1 = nn.Sequential(nn.Conv2d(1, 16, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(2))
    conv2 = nn.Sequential(nn.Conv2d(16, 32, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(2))
    rest = [("flatten", nn.Flatten()), ("out", nn.Linear(32 * 7 * 7, 10))]
    return filled(nn.Sequential(OrderedDict([("conv1", conv1), ("conv2", conv2), *rest])))
