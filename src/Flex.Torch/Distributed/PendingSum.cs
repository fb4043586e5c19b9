using Flex.Torch.Native;

namespace Flex.Torch.Distributed;

/// <summary>A sum over all ranks that has begun.</summary>
public sealed class PendingSum
{
    private readonly ProcessGroup _group;
    private readonly Tensor _values;
    private readonly nint _work;

    internal PendingSum(ProcessGroup group, Tensor values, nint work) => (_group, _values, _work) = (group, values, work);

    /// <summary>Waits for the sum; once.</summary>
    /// <returns>The sums, the same on all ranks.</returns>
    /// <exception cref="RankLostException">A rank has ended or does not answer.</exception>
    public double[] Wait()
    {
        if (_work != 0)
        {
            _group.Guard(() => Gate.Check(Gate.WorkWait(_work)));
        }

        using var values = _values;
        using var scope = new TensorScope();
        return values.To(Device.Cpu).AsSpan<double>().ToArray();
    }
}
