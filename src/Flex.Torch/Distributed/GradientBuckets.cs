using Flex.Torch.Native;

namespace Flex.Torch.Distributed;

/// <summary>
/// Sums the gradients of a network over all ranks, in buckets: the sum of a bucket begins while the backward pass works on the next one. The sums
/// are the same, bit by bit, on all ranks.
/// </summary>
public sealed class GradientBuckets : IDisposable
{
    /// <summary>Bytes of a bucket: large enough that latency does not count, small enough that a tiny network has several.</summary>
    public const long BucketBytes = 4 << 20;

    private readonly ProcessGroup _group;
    private readonly nint _handle;

    /// <summary>Watches the gradients of parameters.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="parameters">The parameters, the same on all ranks, in the order of the forward pass.</param>
    /// <param name="bucketBytes">The most bytes of a bucket; one parameter may have more.</param>
    public unsafe GradientBuckets(ProcessGroup group, IEnumerable<Tensor> parameters, long bucketBytes = BucketBytes)
    {
        ArgumentNullException.ThrowIfNull(group);
        _group = group;
        if (group.Size > 1)
        {
            nint[] handles = [.. parameters.Select(parameter => parameter.Handle)];
            fixed (nint* handle = handles)
            {
                Gate.Check(Gate.GradientBucketsCreate(group.Handle, handle, handles.Length, bucketBytes, out _handle));
            }
        }
    }

    /// <summary>Says that the next backward pass is the last one before <see cref="Finish"/>.</summary>
    public void Begin()
    {
        if (_handle != 0)
        {
            Gate.Check(Gate.GradientBucketsBegin(_handle));
        }
    }

    /// <summary>Waits for the sums, which take the place of the gradients. A parameter that no rank has used has none.</summary>
    /// <exception cref="RankLostException">A rank has ended or does not answer.</exception>
    public void Finish()
    {
        if (_handle != 0)
        {
            _group.Guard(() => Gate.Check(Gate.GradientBucketsFinish(_handle)));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle != 0 && !_group.IsBroken)
        {
            Gate.GradientBucketsFree(_handle);
        }
    }
}
