using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Convolutions;

/// <summary>What a residual block does to the resolution.</summary>
public enum Resize
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Halves it by averages.</summary>
    Down,

    /// <summary>Doubles it by repetition.</summary>
    Up,
}

/// <summary>A convolutional residual block whose second normalisation is scaled and shifted by the embedding (SPEC §3).</summary>
public sealed class ResidualBlock : Module
{
    private readonly Resize _resize;
    private readonly double _dropout;
    private readonly GroupNorm _inNorm;
    private readonly Conv2d _inConv;
    private readonly Linear _embed;
    private readonly GroupNorm _outNorm;
    private readonly Conv2d _outConv;
    private readonly Conv2d? _skip;

    /// <summary>Creates the block.</summary>
    /// <param name="inChannels">The input's channels.</param>
    /// <param name="outChannels">The output's.</param>
    /// <param name="form">What it shares with the network's other blocks.</param>
    /// <param name="resize">What happens to the resolution.</param>
    public ResidualBlock(int inChannels, int outChannels, ResidualForm form, Resize resize = Resize.None)
    {
        ArgumentNullException.ThrowIfNull(form);
        (_resize, _dropout) = (resize, form.Dropout);
        var inLayers = AddModule("in_layers", new Numbered());
        _inNorm = inLayers.At(0, new GroupNorm(inChannels));
        _inConv = inLayers.At(2, new Conv2d(inChannels, outChannels, mode: form.Padding));
        _embed = AddModule("emb_layers", new Numbered()).At(1, new Linear(form.Embedding, 2 * outChannels, initialization: form.Linear));
        var outLayers = AddModule("out_layers", new Numbered());
        _outNorm = outLayers.At(0, new GroupNorm(outChannels));
        _outConv = outLayers.At(3, new Conv2d(outChannels, outChannels, mode: form.Padding, zero: true));
        _skip = inChannels == outChannels
            ? null
            : AddModule("skip_connection", new Conv2d(inChannels, outChannels, form.SkipKernel, mode: form.Padding));
    }

    /// <summary>Applies the block.</summary>
    /// <param name="x">(B, in, H, W).</param>
    /// <param name="cond">(B, embedding).</param>
    /// <returns>(B, out, H', W').</returns>
    public Tensor Forward(Tensor x, Tensor cond)
    {
        using var scope = new TensorScope();
        var h = Modulated(Entered(x), cond);
        x = Resized(x);
        return scope.Keep((_skip?.Forward(x) ?? x) + h);
    }

    // Scopes of their own: what one half holds is given back before the next begins.
    private Tensor Entered(Tensor x)
    {
        using var scope = new TensorScope();
        return scope.Keep(_inConv.Forward(Resized(_inNorm.ForwardSilu(x))));
    }

    private Tensor Modulated(Tensor h, Tensor cond)
    {
        using var scope = new TensorScope();
        var modulation = _embed.Forward(Functional.Silu(cond)).Chunk(2, 1);
        var normalised = _outNorm.ForwardSilu(h, scale: modulation[0], shift: modulation[1], dropout: _dropout);
        h.Dispose();
        return scope.Keep(_outConv.Forward(normalised));
    }

    private Tensor Resized(Tensor x) => _resize switch
    {
        Resize.Down => Functional.AvgPool2d(x, 2),
        Resize.Up => Functional.Interpolate(x, 2, InterpolationMode.Nearest),
        _ => x,
    };
}
