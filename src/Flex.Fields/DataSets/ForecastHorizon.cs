namespace Flex.Fields.DataSets;

/// <summary>The snapshots that have enough past and future in their own file to train a forecast.</summary>
internal sealed class ForecastHorizon
{
    private readonly int[] _presents;

    /// <summary>Finds them.</summary>
    /// <param name="snapshots">The snapshots.</param>
    /// <param name="history">K, the snapshots that a forecast sees, the present one included.</param>
    /// <param name="step">s, the distance of snapshots and the lead of one forecast, in snapshots.</param>
    /// <exception cref="InputException">A file is too short.</exception>
    public ForecastHorizon(SnapshotSet snapshots, int history, int step)
    {
        (History, Step) = (history, step);
        var presents = new List<int>();
        var first = 0;
        foreach (var file in snapshots.Files)
        {
            if (file.Count <= history * step)
            {
                throw new InputException($"{file.Path} has {file.Count} times, a forecast from {history} snapshots by {step} needs {(history * step) + 1}: use longer runs, or a smaller 'history' or 'step'");
            }

            presents.AddRange(Enumerable.Range(first + ((history - 1) * step), file.Count - (history * step)));
            first += file.Count;
        }

        _presents = [.. presents];
    }

    /// <summary>K.</summary>
    public int History { get; }

    /// <summary>s.</summary>
    public int Step { get; }

    /// <summary>Their number.</summary>
    public int Count => _presents.Length;

    /// <summary>The snapshot X_n of an item.</summary>
    public int Present(int item) => _presents[item];
}
