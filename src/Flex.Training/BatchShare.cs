using Flex.Torch.Distributed;

namespace Flex.Training;

/// <summary>The samples of a batch that one process takes when several share it.</summary>
/// <param name="First">The first one's number in the batch.</param>
/// <param name="Count">How many.</param>
/// <param name="Whole">B, the samples of the batch.</param>
public sealed record BatchShare(int First, int Count, int Whole)
{
    /// <summary>Whether there is only this process.</summary>
    public bool IsWhole => Count == Whole;

    /// <summary>The share as a fraction.</summary>
    public double Fraction => (double)Count / Whole;

    /// <summary>Divides a batch as evenly as can be.</summary>
    /// <param name="batch">B.</param>
    /// <param name="ranks">The processes.</param>
    /// <returns>This process's share.</returns>
    /// <exception cref="InputException">There are more processes than samples.</exception>
    public static BatchShare Of(int batch, ProcessGroup ranks)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        if (batch < ranks.Size)
        {
            throw new InputException($"a batch of {batch} cannot be shared by {ranks.Size} processes; use a larger batch or fewer processes");
        }

        var first = Begin(ranks.Rank);
        return new BatchShare(first, Begin(ranks.Rank + 1) - first, batch);

        int Begin(int rank) => (int)((long)batch * rank / ranks.Size);
    }

    /// <summary>What of this share lies in a part of the batch.</summary>
    /// <param name="from">The first sample of the part.</param>
    /// <param name="samples">The samples of the part.</param>
    /// <returns>A share of the part.</returns>
    public BatchShare Part(int from, int samples)
    {
        var first = Math.Clamp(First - from, 0, samples);
        return new BatchShare(first, Math.Clamp(First + Count - from, 0, samples) - first, samples);
    }
}
