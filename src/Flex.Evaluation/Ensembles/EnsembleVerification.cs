using Flex.Torch.Random;

namespace Flex.Evaluation.Ensembles;

/// <summary>
/// Compares ensembles with the truth, point by point: whole fields, rows or tiles are added one after another and not
/// kept, so that memory does not grow with what was added.
/// </summary>
/// <remarks>
/// A point that is NaN in the truth or in any member is masked. Infinities are not masked; they show. Where members
/// equal the truth, its rank is drawn uniformly among theirs: masked-out land or saturated values would else pile up at
/// one end of the rank histogram.
/// </remarks>
public sealed class EnsembleVerification
{
    private const int BlockLength = 1 << 16;

    private readonly CounterGenerator _ties;
    private readonly long[] _ranks;
    private readonly RunningMoments _pull = new();
    private readonly double[] _at;
    private readonly double[] _toTruth;
    private readonly double[] _toOthers;
    private long _masked;
    private long _withoutSpread;
    private long _blocks;
    private double _crps;
    private double _energy;
    private double _variance;
    private double _squaredError;

    /// <summary>Creates an empty verification.</summary>
    /// <param name="members">M, at least 2.</param>
    /// <param name="seed">The seed of the draws among tied ranks.</param>
    public EnsembleVerification(int members, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(members, 2);
        Members = members;
        _ties = new CounterGenerator(seed, stream: 0);
        _ranks = new long[members + 1];
        _at = new double[members];
        _toTruth = new double[members];
        _toOthers = new double[members * members];
    }

    /// <summary>M, the number of members.</summary>
    public int Members { get; }

    /// <summary>The scores of everything added so far; NaN while there is nothing.</summary>
    public EnsembleScores Scores
    {
        get
        {
            var points = _ranks.Sum();
            return new EnsembleScores
            {
                Members = Members,
                Points = points,
                Masked = _masked,
                WithoutSpread = _withoutSpread,
                FairCrps = _crps / points,
                EnergyScore = _energy / _blocks,
                Spread = Math.Sqrt(_variance / points),
                Skill = Math.Sqrt(_squaredError / points),
                RankHistogram = [.. _ranks],
                PullMean = _pull.Mean,
                PullWidth = _pull.StandardDeviation,
            };
        }
    }

    /// <summary>Adds a block: a field or any part of one. The energy score takes a block as one vector.</summary>
    /// <param name="members">M fields of one shape, flattened; of an <see cref="EnsembleSpool"/> a short range of all of them is in memory at a time.</param>
    /// <param name="truth">The truth, of the same shape.</param>
    /// <exception cref="ArgumentException">There are not M members, or lengths differ.</exception>
    public void Add(IReadOnlyList<float[]> members, ReadOnlySpan<float> truth)
    {
        ArgumentNullException.ThrowIfNull(members);
        var length = truth.Length;
        if (members.Count != Members)
        {
            throw new ArgumentException($"{members.Count} members where {Members} are expected", nameof(members));
        }

        if (members is not EnsembleSpool && members.FirstOrDefault(member => member.Length != length) is { } odd)
        {
            throw new ArgumentException($"a member has {odd.Length} points, the truth {length}", nameof(members));
        }

        Array.Clear(_toTruth);
        Array.Clear(_toOthers);
        var points = 0L;
        var blocks = members is EnsembleSpool ? members.Select(_ => new float[Math.Min(length, BlockLength)]).ToArray() : [.. members];
        for (var first = 0; first < length; first += blocks[0].Length)
        {
            var count = Math.Min(blocks[0].Length, length - first);
            if (members is EnsembleSpool spool)
            {
                for (var m = 0; m < Members; m++)
                {
                    spool.Read(m, first, blocks[m].AsSpan(0, count));
                }
            }

            for (var i = 0; i < count; i++)
            {
                if (Gather(blocks, i) && !float.IsNaN(truth[first + i]))
                {
                    points++;
                    AddDistances(truth[first + i]);
                    AddPoint(truth[first + i]);
                }
                else
                {
                    _masked++;
                }
            }
        }

        if (points > 0)
        {
            _blocks++;
            _energy += ((_toTruth.Sum(Math.Sqrt) / Members) - (_toOthers.Sum(Math.Sqrt) / (Members * (Members - 1.0)))) / Math.Sqrt(points);
        }
    }

    /// <summary>Adds everything that another verification was given.</summary>
    /// <param name="other">A verification of ensembles of the same size; it is left as it is.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public void Merge(EnsembleVerification other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Members != Members)
        {
            throw new ArgumentException($"an ensemble of {other.Members} members among ones of {Members}", nameof(other));
        }

        for (var rank = 0; rank < _ranks.Length; rank++)
        {
            _ranks[rank] += other._ranks[rank];
        }

        _pull.Merge(other._pull);
        _masked += other._masked;
        _withoutSpread += other._withoutSpread;
        _blocks += other._blocks;
        _crps += other._crps;
        _energy += other._energy;
        _variance += other._variance;
        _squaredError += other._squaredError;
    }

    /// <summary>Takes the members' values at a point; false if one is missing.</summary>
    private bool Gather(float[][] members, int point)
    {
        var complete = true;
        for (var m = 0; m < Members; m++)
        {
            _at[m] = members[m][point];
            complete &= !double.IsNaN(_at[m]);
        }

        return complete;
    }

    /// <summary>The squared distances between fields grow by those at a point, member by member: before it is sorted.</summary>
    private void AddDistances(double truth)
    {
        for (var m = 0; m < Members; m++)
        {
            _toTruth[m] += (_at[m] - truth) * (_at[m] - truth);
            for (var other = 0; other < m; other++)
            {
                var difference = _at[m] - _at[other];
                _toOthers[(m * Members) + other] += difference * difference;
            }
        }
    }

    private void AddPoint(double truth)
    {
        // Sorted values x₁ ≤ … ≤ x_M turn the double sum of the CRPS into a single one: Σᵢ<ⱼ |xᵢ − xⱼ| = Σ (2i − M − 1) xᵢ.
        _at.AsSpan().Sort();
        var (sum, distance, pairs, below, equal) = (0.0, 0.0, 0.0, 0, 0);
        for (var i = 0; i < Members; i++)
        {
            sum += _at[i];
            distance += Math.Abs(_at[i] - truth);
            pairs += ((2 * i) + 1 - Members) * _at[i];
            below += _at[i] < truth ? 1 : 0;
            equal += _at[i] == truth ? 1 : 0;
        }

        var mean = sum / Members;
        var squares = 0.0;
        foreach (var value in _at)
        {
            squares += (value - mean) * (value - mean);
        }

        var variance = squares / (Members - 1);
        _crps += (distance / Members) - (pairs / (Members * (Members - 1.0)));
        _variance += variance;
        _squaredError += (mean - truth) * (mean - truth);
        _ranks[below + (equal > 0 ? _ties.NextInt(equal + 1) : 0)]++;
        if (_at[0] == _at[^1])
        {
            _withoutSpread++;
        }
        else
        {
            _pull.Add((truth - mean) / Math.Sqrt(variance));
        }
    }
}
