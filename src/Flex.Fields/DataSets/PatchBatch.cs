using System.Runtime.ExceptionServices;

namespace Flex.Fields.DataSets;

/// <summary>A batch of training pairs in memory that is used again and again.</summary>
/// <param name="source">Gives the shape.</param>
/// <param name="size">B, the number of pairs.</param>
/// <param name="threads">How many threads prepare pairs, each some of a batch; what they prepare does not depend on it.</param>
public sealed class PatchBatch(IPatchSource source, int size, int threads = 1)
{
    /// <summary>B.</summary>
    public int Size => size;

    /// <summary>Index of the first pair.</summary>
    public long First { get; private set; }

    /// <summary>What is known, normalised; shape (B, channels of the condition, patch, patch).</summary>
    public float[] Condition { get; } = new float[size * source.ConditionChannels * source.Patch * source.Patch];

    /// <summary>The residual, normalised; shape (B, C, patch, patch).</summary>
    public float[] Residual { get; } = new float[size * source.Channels * source.Patch * source.Patch];

    /// <summary>The scaled physical parameters; shape (B, P).</summary>
    public float[] Parameters { get; } = new float[size * source.Parameters];

    /// <summary>Takes pairs <c>first … first + B − 1</c> of the source.</summary>
    /// <param name="first">The first pair's index.</param>
    /// <exception cref="InputException">Data that cannot be read, or with missing values.</exception>
    public void Fill(long first)
    {
        var parts = Math.Clamp(threads, 1, size);
        if (parts == 1)
        {
            FillPart(first, 0, size);
        }
        else
        {
            try
            {
                Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = parts }, part => FillPart(first, size * part / parts, size * (part + 1) / parts));
            }
            catch (AggregateException e)
            {
                ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
            }
        }

        First = first;
    }

    private void FillPart(long first, int begin, int end) => source.Fill(
        first + begin, end - begin, Part(Condition, begin, end), Part(Residual, begin, end), Part(Parameters, begin, end));

    private Span<float> Part(float[] values, int begin, int end)
    {
        var each = values.Length / size;
        return values.AsSpan(begin * each, (end - begin) * each);
    }
}
