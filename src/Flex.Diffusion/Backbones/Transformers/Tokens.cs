using Flex.Torch;

namespace Flex.Diffusion.Backbones.Transformers;

/// <summary>Fields as tokens, row-major, and the leading token that holds the embedding.</summary>
internal static class Tokens
{
    /// <summary>One token a pixel.</summary>
    /// <param name="x">(B, E, h, w).</param>
    /// <returns>(B, h·w, E).</returns>
    internal static Tensor FromGrid(Tensor x)
    {
        using var scope = new TensorScope();
        return scope.Keep(x.Flatten(2).Transpose(1, 2));
    }

    /// <summary>Patches of pixels from tokens; inside a token the order is row in the patch, column in the patch, channel.</summary>
    /// <param name="tokens">(B, h·w, patch²·C).</param>
    /// <param name="height">h.</param>
    /// <param name="patch">The size of a patch.</param>
    /// <returns>(B, C, patch·h, patch·w).</returns>
    internal static Tensor ToGrid(Tensor tokens, int height, int patch = 1)
    {
        using var scope = new TensorScope();
        var (batch, width, channels) = (tokens.Size(0), tokens.Size(1) / height, tokens.Size(2) / (patch * patch));
        return scope.Keep(tokens.Reshape(batch, height, width, patch, patch, channels)
            .Permute(0, 5, 1, 3, 2, 4).Reshape(batch, channels, height * patch, width * patch));
    }

    /// <summary>Puts the embedding before the tokens.</summary>
    /// <param name="cond">(B, E).</param>
    /// <param name="tokens">(B, N, E).</param>
    /// <returns>(B, 1 + N, E).</returns>
    internal static Tensor Prepend(Tensor cond, Tensor tokens)
    {
        using var scope = new TensorScope();
        return scope.Keep(Tensor.Cat([cond.Unsqueeze(1), tokens], 1));
    }

    /// <summary>Adds an embedding to the leading token, not in place: the encoder's output is needed by its backward pass.</summary>
    /// <param name="tokens">(B, 1 + N, E).</param>
    /// <param name="cond">(B, E).</param>
    /// <returns>(B, 1 + N, E).</returns>
    internal static Tensor AddToFirst(Tensor tokens, Tensor cond)
    {
        using var scope = new TensorScope();
        return scope.Keep(Tensor.Cat([tokens.Slice(1, 0, 1) + cond.Unsqueeze(1), tokens.Slice(1, 1)], 1));
    }
}
