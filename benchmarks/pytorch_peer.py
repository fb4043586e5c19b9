#!/usr/bin/python3
"""FLEX in eager PyTorch, written as a user of PyTorch would write it first: the peer of `flex bench`.

    apt-get install python3-torch libopenblas0-pthread
    pytorch_peer.py train  --size small --image 64 --batch 4
    pytorch_peer.py sample --size small --image 64 --batch 4 --members 8 --steps 2
    pytorch_peer.py train  --size small --image 256 --batch 16 --device cuda --precision bf16
    pytorch_peer.py check GOLDEN_CASE

train and sample make two unmeasured runs, print {"ready": true}, and then answer every line "run" on standard input with
{"seconds": …, "peak_mib": …}. check compares the network and the sampler with recorded values of an independent
implementation, which the program's own tests do too, and prints the largest differences. On a GPU --precision bf16 is autocast;
float32 and tf32 are PyTorch's defaults (TF32 in convolutions), as a user finds them.
"""
import argparse
import contextlib
import json
import math
import os
import resource
import sys
import time

import numpy
import torch
import torch.nn.functional as F
from torch import nn

ARCHITECTURES = {
    "tiny": {"widths": [32, 32, 64, 128], "blocks": [1, 1, 1, 1], "depth": 5, "heads": 4},
    "small": {"widths": [64, 128, 128, 256], "blocks": [2, 3, 3, 3], "depth": 13, "heads": 4},
    "medium": {"widths": [64, 128, 256, 512], "blocks": [2, 3, 3, 4], "depth": 13, "heads": 8},
}
DROPOUT = 0.1


def conv(inputs, outputs):
    return nn.Conv2d(inputs, outputs, kernel_size=3, padding=1)


def mlp(inputs, width):
    return nn.Sequential(nn.Linear(inputs, 2 * width), nn.SiLU(), nn.Linear(2 * width, width))


class FourierFeatures(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.register_buffer("freqs", 2 * math.pi * torch.randn(width))
        self.register_buffer("phases", 2 * math.pi * torch.rand(width))

    def forward(self, t):
        return math.sqrt(2) * torch.cos(torch.outer(t, self.freqs) + self.phases)


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs, embedding, resize=None):
        super().__init__()
        self.in_layers = nn.Sequential(nn.GroupNorm(32, inputs), nn.SiLU(), conv(inputs, outputs))
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(embedding, 2 * outputs))
        self.out_layers = nn.Sequential(nn.GroupNorm(32, outputs), nn.SiLU(), nn.Dropout(DROPOUT), conv(outputs, outputs))
        self.skip_connection = conv(inputs, outputs) if inputs != outputs else nn.Identity()
        self.resize = {None: nn.Identity(), "up": nn.Upsample(scale_factor=2), "down": nn.AvgPool2d(2)}[resize]

    def forward(self, x, embedding):
        norm, activation, first = self.in_layers
        h = first(self.resize(activation(norm(x))))
        scale, shift = self.emb_layers(embedding)[..., None, None].chunk(2, dim=1)
        norm, *rest = self.out_layers
        h = norm(h) * (1 + scale) + shift
        for layer in rest:
            h = layer(h)
        return self.skip_connection(self.resize(x)) + h


class Stage(nn.ModuleList):
    def forward(self, x, embedding):
        for layer in self:
            x = layer(x, embedding) if isinstance(layer, ResidualBlock) else layer(x)
        return x


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        q, k, v = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in self.qkv(x).chunk(3, dim=-1))
        weights = torch.softmax(q @ k.transpose(-2, -1) * q.shape[-1] ** -0.5, dim=-1)
        return self.proj((weights @ v).transpose(1, 2).flatten(2))


class Mlp(nn.Module):
    def __init__(self, width, ratio):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, ratio * width), nn.Linear(ratio * width, width)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x):
        return self.dropout(self.fc2(self.dropout(F.gelu(self.fc1(x), approximate="tanh"))))


class TransformerBlock(nn.Module):
    def __init__(self, width, heads, ratio, skip=False):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.attn, self.mlp = Attention(width, heads), Mlp(width, ratio)
        if skip:
            self.skip_linear = nn.Linear(2 * width, width)

    def forward(self, x, skip=None):
        if skip is not None:
            x = self.skip_linear(torch.cat([x, skip], dim=-1))
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class TaskEncoder(nn.Module):
    def __init__(self, channels, widths, blocks):
        super().__init__()
        embedding, width = widths[-1], widths[0]
        stages = [Stage([conv(channels, width)])]
        for level_width, count in zip(widths, blocks):
            for _ in range(count):
                stages.append(Stage([ResidualBlock(width, level_width, embedding)]))
                width = level_width
            stages.append(Stage([ResidualBlock(width, width, embedding, "down")]))
        self.input_blocks = nn.ModuleList(stages)
        self.cond_embed = mlp(1, embedding)

    def convolve(self, x, embedding, added=None):
        outputs = []
        for i, stage in enumerate(self.input_blocks):
            x = stage(x, embedding)
            if added is not None:
                x = x + added[i]
            outputs.append(x)
        return outputs

    def forward(self, condition, parameters):
        return self.convolve(condition, self.cond_embed(parameters))


class Encoder(TaskEncoder):
    def __init__(self, image, channels, widths, blocks, depth, heads, ratio):
        super().__init__(channels, widths, blocks)
        width = widths[-1]
        self.MPFourier, self.time_embed = FourierFeatures(width), mlp(width, width)
        self.pos_embed = nn.Parameter(0.02 * torch.randn(1, 1 + (image // 2 ** len(widths)) ** 2, width))
        self.tr_blocks = nn.ModuleList(TransformerBlock(width, heads, ratio) for _ in range(depth // 2))
        self.mid_block = TransformerBlock(width, heads, ratio)

    def forward(self, z, t, parameters, task):
        embedding = self.time_embed(self.MPFourier(t)) + self.cond_embed(parameters)
        fields = self.convolve(z, embedding, task)
        tokens = torch.cat([embedding[:, None], fields[-1].flatten(2).transpose(1, 2)], dim=1) + self.pos_embed
        skips = []
        for block in self.tr_blocks:
            tokens = block(tokens)
            skips.append(tokens)
        return self.mid_block(tokens), fields, skips


class Decoder(nn.Module):
    def __init__(self, widths, blocks, depth, heads, ratio):
        super().__init__()
        embedding = width = widths[-1]
        self.MPFourier, self.time_embed, self.cond_embed = FourierFeatures(width), mlp(width, width), mlp(1, width)
        self.tr_blocks = nn.ModuleList(TransformerBlock(width, heads, ratio, skip=True) for _ in range(depth // 2))
        self.norm = nn.LayerNorm(width)
        skips = [widths[0]] + [w for w, n in zip(widths, blocks) for _ in range(n + 1)]
        stages = [Stage([ResidualBlock(width + skips.pop(), width, embedding, "up")])]
        for level in reversed(range(len(widths))):
            for i in range(blocks[level] + 1):
                stage = [ResidualBlock(width + skips.pop(), widths[level], embedding)]
                width = widths[level]
                if level > 0 and i == blocks[level]:
                    stage.append(ResidualBlock(width, width, embedding, "up"))
                stages.append(Stage(stage))
        self.output_blocks = nn.ModuleList(stages)
        self.final_layer = nn.Sequential(nn.GroupNorm(32, width), nn.SiLU(), conv(width, 1))

    def forward(self, tokens, fields, skips, t, parameters, task):
        embedding = self.time_embed(self.MPFourier(t)) + self.cond_embed(parameters)
        tokens = torch.cat([tokens[:, :1] + embedding[:, None], tokens[:, 1:]], dim=1)
        for block, skip in zip(self.tr_blocks, reversed(skips)):
            tokens = block(tokens, skip)
        x = self.norm(tokens)[:, 1:].transpose(1, 2).reshape(task[-1].shape) + task[-1]
        for stage, field, condition in zip(self.output_blocks, reversed(fields), reversed(task)):
            x = stage(torch.cat([x, field + condition], dim=1), embedding)
        return self.final_layer(x)


class Flex(nn.Module):
    """Super-resolution: v-prediction of the residual, as in the paper."""

    def __init__(self, image, widths, blocks, depth, heads, ratio=2, shift=1.0):
        super().__init__()
        self.shift = shift
        self.encoder = Encoder(image, 1, widths, blocks, depth, heads, ratio)
        self.decoder = Decoder(widths, blocks, depth, heads, ratio)
        self.superres_encoder = TaskEncoder(1, widths, blocks)

    def network(self, z, t, condition, parameters):
        task = self.superres_encoder(condition, parameters)
        return self.decoder(*self.encoder(z, t, parameters, task), t, parameters, task)

    def alpha_sigma(self, t):
        b = math.atan(math.exp(-10))
        logsnr = -2 * torch.log(self.shift * torch.tan((math.atan(math.exp(10)) - b) * t + b)).view(-1, 1, 1, 1)
        return torch.sigmoid(logsnr).sqrt(), torch.sigmoid(-logsnr).sqrt()

    def loss(self, condition, truth, parameters):
        t, noise, residual = torch.rand(len(truth), device=truth.device), torch.randn_like(truth), truth - condition
        alpha, sigma = self.alpha_sigma(t)
        return F.l1_loss(self.network(alpha * residual + sigma * noise, t, condition, parameters), alpha * noise - sigma * residual)

    @torch.no_grad()
    def sample(self, condition, parameters, steps, z):
        for i in range(steps, 0, -1):
            t, after = (torch.full((len(z),), k / steps, device=z.device) for k in (i, i - 1))
            (alpha, sigma), (next_alpha, next_sigma) = self.alpha_sigma(t), self.alpha_sigma(after)
            velocity = self.network(z, t, condition, parameters)
            clean, noise = alpha * z - sigma * velocity, alpha * velocity + sigma * z
            z = next_alpha * clean + next_sigma * noise
        return condition + clean


def casts(options):
    return torch.autocast("cuda", torch.bfloat16) if options.precision == "bf16" else contextlib.nullcontext()


def training_step(model, fields, options):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5)

    def run():
        optimizer.zero_grad(set_to_none=True)
        with casts(options):
            loss = model.loss(*fields)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    return run


def sampling(model, fields, options):
    condition, _, parameters = fields
    model.eval()

    def run():
        with casts(options):
            for _ in range(options.members):
                model.sample(condition, parameters, options.steps, torch.randn_like(condition))

    return run


def serve(run, device):
    on_gpu = device.startswith("cuda")
    wait = torch.cuda.synchronize if on_gpu else lambda: None
    peak = torch.cuda.max_memory_allocated if on_gpu else lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    run()
    run()
    wait()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        if line.strip() != "run":
            break
        start = time.perf_counter()
        run()
        wait()
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "peak_mib": peak() / 2**20}), flush=True)


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    kinds = {"F32": numpy.float32, "F64": numpy.float64, "I64": numpy.int64}
    header.pop("__metadata__", None)
    return {
        name: torch.from_numpy(numpy.frombuffer(data[slice(*entry["data_offsets"])], kinds[entry["dtype"]]).reshape(entry["shape"]).copy())
        for name, entry in header.items()
    }


def check(folder):
    with open(os.path.join(folder, "case.json")) as file:
        case = json.load(file)
    model = Flex(case["image_size"], case["model_channels"], case["res_blocks"], case["depth"], case["heads"],
                 case["mlp_ratio"], case["logsnr_shift"]).eval()
    weights = read_safetensors(os.path.join(folder, "weights.safetensors"))
    model.load_state_dict({name: w for name, w in weights.items() if not name.startswith("forecast_encoder.")})
    known = read_safetensors(os.path.join(folder, "tensors.safetensors"))
    with torch.no_grad():
        answers = {"sr/network_output": model.network(known["sr/x_t"], known["t"], known["lowres"], known["reynolds"])}
        for steps in (1, 2, 5):
            answers[f"sr/sample_N{steps}"] = model.sample(known["lowres"], known["reynolds"], steps, known["x_T"])
    print(json.dumps({name: (answer - known[name]).abs().max().item() for name, answer in answers.items()}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["train", "sample", "check"])
    parser.add_argument("case", nargs="?")
    parser.add_argument("--size", choices=ARCHITECTURES, default="small")
    for name, default in {"image": 64, "batch": 4, "members": 1, "steps": 2, "threads": os.cpu_count()}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", choices=["float32", "tf32", "bf16"], default="float32")
    options = parser.parse_args()
    if options.what == "check":
        check(options.case)
        return
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = Flex(options.image, **ARCHITECTURES[options.size]).to(options.device)
    shape = (options.batch, 1, options.image, options.image)
    fields = [values.to(options.device) for values in (torch.randn(shape), torch.randn(shape), torch.rand(options.batch, 1))]
    serve((training_step if options.what == "train" else sampling)(model, fields, options), options.device)


if __name__ == "__main__":
    main()
