using Flex.Torch.Distributed;

namespace Flex.Diffusion.Tiling;

/// <summary>
/// The rows of tiles of a field, sampled when they are needed. Several processes take turns, a whole row each, and all get every row: the batches
/// are those of one process, and so are the answers, bit by bit.
/// </summary>
/// <param name="ranks">The processes.</param>
/// <param name="order">The rows, in the order in which they are first needed.</param>
/// <param name="sample">Samples a row: a block of numbers for each member.</param>
/// <param name="empty">Makes room for a row.</param>
internal sealed class SharedRows(ProcessGroup ranks, IEnumerable<int> order, Func<int, float[][]> sample, Func<float[][]> empty)
{
    private readonly Queue<int> _waiting = new(order);
    private readonly Dictionary<int, float[][]> _held = [];

    /// <summary>A row, which is held from now on.</summary>
    /// <exception cref="RankLostException">Another process has ended or does not answer.</exception>
    public float[][] this[int row]
    {
        get
        {
            while (!_held.ContainsKey(row))
            {
                SampleNext();
            }

            return _held[row];
        }
    }

    /// <summary>Lets go of a row that is not needed any more.</summary>
    public void Remove(int row) => _held.Remove(row);

    // One row for each process.
    private void SampleNext()
    {
        int[] round = [.. Enumerable.Range(0, Math.Min(ranks.Size, _waiting.Count)).Select(_ => _waiting.Dequeue())];
        var own = ranks.Rank < round.Length ? Sample(round[ranks.Rank]) : null;

        // A row may take longer than the others wait for numbers.
        ranks.Meet();
        foreach (var (rank, row) in round.Index())
        {
            var members = rank == ranks.Rank ? own! : empty();
            foreach (var member in members)
            {
                ranks.Broadcast(member, rank);
            }

            _held[row] = members;
        }
    }

    private float[][] Sample(int row)
    {
        try
        {
            return sample(row);
        }
        catch (OperationCanceledException)
        {
            ranks.Fail("interrupted");
            throw;
        }
    }
}
