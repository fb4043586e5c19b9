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
    /// <param name="spent">Whether x is not looked at again: it is then overwritten where no gradient is recorded, and given back early.</param>
    /// <returns>(B, out, H', W').</returns>
    public Tensor Forward(Tensor x, Tensor cond, bool spent = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = new TensorScope();

        // A branch with a convolution comes first, so that the other may take x.
        var branch = _skip is null ? null : Branch(x);
        var h = Modulated(Entered(x, spent && branch is not null), cond);
        // A convolution does not look at its answer again, in the backward pass either.
        return scope.Keep(h.AddInPlace(branch ?? Resized(x)));
    }

    // Scopes of their own: what one part holds is given back before the next begins.
    private Tensor Branch(Tensor x)
    {
        using var scope = new TensorScope();
        return scope.Keep(_skip!.Forward(Resized(x)));
    }

    private Tensor Entered(Tensor x, bool spent)
    {
        using var scope = new TensorScope();
        var normalised = _inNorm.ForwardSilu(x, spent: spent);
        if (spent)
        {
            x.Dispose();
        }

        var resized = Resized(normalised);
        if (_resize != Resize.None)
        {
            normalised.Dispose();
        }

        return scope.Keep(_inConv.Forward(resized));
    }

    private Tensor Modulated(Tensor h, Tensor cond)
    {
        using var scope = new TensorScope();
        var modulation = _embed.Forward(Functional.Silu(cond)).Chunk(2, 1);
        var normalised = _outNorm.ForwardSilu(h, scale: modulation[0], shift: modulation[1], dropout: _dropout, spent: true);
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
