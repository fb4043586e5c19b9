using Flex.Torch;

namespace Flex.Diffusion.Backbones;

/// <summary>
/// What a task encoder makes of the condition. It depends neither on t nor on the noise: it is computed once for
/// a condition and serves every step and member.
/// </summary>
/// <param name="Head">The bottleneck (strong conditioning of the decoder's input).</param>
/// <param name="Skips">The outputs of the encoder's modules, first to last.</param>
public sealed record TaskFeatures(Tensor Head, IReadOnlyList<Tensor> Skips)
{
    /// <summary>The features times a factor, in the caller's scope.</summary>
    /// <param name="factor">The factor; 1 changes nothing and copies nothing.</param>
    /// <returns>The product.</returns>
    internal TaskFeatures Times(double factor) => factor == 1 ? this : new(Head * factor, [.. Skips.Select(skip => skip * factor)]);

    /// <summary>The features of a batch that holds the same samples several times, one copy behind the other, in the caller's scope.</summary>
    /// <param name="copies">How many.</param>
    /// <returns>The features.</returns>
    internal TaskFeatures Repeated(int copies)
    {
        return new(Copies(Head), [.. Skips.Select(Copies)]);

        Tensor Copies(Tensor tensor) => Tensor.Cat([.. Enumerable.Repeat(tensor, copies)], 0);
    }
}

/// <summary>What the shared encoder hands to the decoder.</summary>
/// <param name="Tokens">The latent after the middle block.</param>
/// <param name="Skips">The outputs of its modules and transformer blocks, first to last.</param>
public sealed record Latent(Tensor Tokens, IReadOnlyList<Tensor> Skips);
