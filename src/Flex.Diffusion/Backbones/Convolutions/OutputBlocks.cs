using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Convolutions;

/// <summary>
/// The block list of a U-Net's decoder: coarsest level first, one residual block more than the encoder has, each on
/// its input joined to the sum of the encoder's and the task encoder's skip connections (strong conditioning).
/// </summary>
public sealed class OutputBlocks : Module
{
    private readonly List<Stage> _stages = [];

    /// <summary>Creates the list.</summary>
    /// <param name="pyramid">The levels.</param>
    public OutputBlocks(Pyramid pyramid)
    {
        ArgumentNullException.ThrowIfNull(pyramid);
        var (form, skips, width) = (pyramid.Form, SkipChannels(pyramid), pyramid.Channels[^1]);
        if (pyramid.ReducesLast)
        {
            Add(new ResidualBlock(width + skips.Pop(), width, form, Resize.Up));
        }

        for (var level = pyramid.Levels - 1; level >= 0; level--)
        {
            for (var i = 0; i <= pyramid.ResBlocks[level]; i++)
            {
                var block = new ResidualBlock(width + skips.Pop(), pyramid.Channels[level], form);
                width = pyramid.Channels[level];
                Module[] up = level > 0 && i == pyramid.ResBlocks[level] ? [new ResidualBlock(width, width, form, Resize.Up)] : [];
                Add([block, .. pyramid.Attention(level), .. up]);
            }
        }
    }

    /// <summary>Applies the list.</summary>
    /// <param name="x">The coarsest field, (B, c_L, h, w).</param>
    /// <param name="encoderSkips">The encoder's skip connections, one a module, which are used up: each is given back once it has been
    /// joined. What follows them is left alone.</param>
    /// <param name="taskSkips">The task encoder's, one a module.</param>
    /// <param name="cond">(B, embedding).</param>
    /// <returns>(B, c₁, H, W).</returns>
    public Tensor Forward(Tensor x, IReadOnlyList<Tensor> encoderSkips, IReadOnlyList<Tensor> taskSkips, Tensor cond)
    {
        ArgumentNullException.ThrowIfNull(encoderSkips);
        ArgumentNullException.ThrowIfNull(taskSkips);
        using var scope = new TensorScope();
        for (var i = 0; i < _stages.Count; i++)
        {
            var (stage, module, spent) = (_stages[i], taskSkips.Count - 1 - i, i > 0);
            x = Segment(inputs => Apply(stage, inputs[0], spent, inputs[1], inputs[2], inputs[3]), x, encoderSkips[module], taskSkips[module], cond);
        }

        return scope.Keep(x);
    }

    // The skip connections are kept by others anyway, so that joining them is part of what is computed again.
    private static Tensor Apply(Stage stage, Tensor x, bool spent, Tensor encoderSkip, Tensor taskSkip, Tensor cond)
    {
        using var scope = new TensorScope();
        var joined = Joined(x, encoderSkip, taskSkip);
        if (spent)
        {
            x.Dispose();
        }

        return scope.Keep(stage.Forward(joined, cond, spent: true));
    }

    private static Tensor Joined(Tensor x, Tensor encoderSkip, Tensor taskSkip)
    {
        using var scope = new TensorScope();
        var joined = Tensor.Cat([x, Functional.AddTo(encoderSkip, taskSkip)], 1);
        encoderSkip.Dispose();
        return scope.Keep(joined);
    }

    /// <summary>The channels of the encoder's outputs in the order of <see cref="InputBlocks"/>, the last on top.</summary>
    private static Stack<int> SkipChannels(Pyramid pyramid)
    {
        var channels = new Stack<int>([pyramid.Channels[0]]);
        for (var level = 0; level < pyramid.Levels; level++)
        {
            for (var i = 0; i < pyramid.ResBlocks[level] + (pyramid.Reduces(level) ? 1 : 0); i++)
            {
                channels.Push(pyramid.Channels[level]);
            }
        }

        return channels;
    }

    private void Add(params Module[] layers) => _stages.Add(AddModule($"{_stages.Count}", new Stage(layers)));
}
