using Flex.Diffusion.Tiling;

namespace Flex.Evaluation.Scores;

/// <summary>Rolls an ensemble forward: the members of each step, computed when it is asked for.</summary>
/// <param name="history">The last K snapshots, in their own units.</param>
/// <param name="parameters">The run's physical parameters, not scaled.</param>
/// <param name="leads">The number of steps.</param>
/// <returns>For every step the members, each (H, W) row by row.</returns>
public delegate IEnumerable<IReadOnlyList<float[]>> Forecaster(History history, IReadOnlyList<double> parameters, int leads);

/// <summary>A true field at some time.</summary>
/// <param name="Time">The time, in the run's unit.</param>
/// <param name="Values">(H, W), row by row; NaN is missing.</param>
public sealed record TrueState(double Time, float[] Values)
{
    /// <summary>What baselines besides persistence say of that time, by name; the same names at all times.</summary>
    public IReadOnlyDictionary<string, float[]> Others { get; init; } = new Dictionary<string, float[]>();
}

/// <summary>
/// Judges a forecaster on runs whose future is known. One lead is in memory at a time: a long forecast of a large
/// ensemble needs no more than a short one.
/// </summary>
/// <param name="leads">Steps of every forecast, at least 1.</param>
/// <param name="forecaster">What is judged.</param>
public sealed class ForecastEvaluation(int leads, Forecaster forecaster)
{
    /// <summary>The score of all forecasts so far.</summary>
    public ForecastScore Score { get; } = new();

    /// <summary>Makes one forecast and judges it; its last known state is what persistence answers.</summary>
    /// <param name="forecast">Which one it is.</param>
    /// <param name="history">What is known.</param>
    /// <param name="parameters">The run's physical parameters, not scaled.</param>
    /// <param name="truth">The true state at a lead: 1, 2, …</param>
    /// <param name="watch">Sees every lead with its score, for pictures; the fields may be kept.</param>
    /// <exception cref="InputException">The forecaster refuses, or a truth cannot be read.</exception>
    public void Add(
        ForecastCase forecast, History history, IReadOnlyList<double> parameters, Func<int, TrueState> truth, Action<ForecastFrame, LeadScore>? watch = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(truth);
        foreach (var (index, members) in forecaster(history, parameters, leads).Index())
        {
            var lead = index + 1;
            var state = truth(lead);
            var (time, values) = state;
            var score = Score.Add(forecast, lead, time, values, history.Snapshots[^1], members, state.Others);
            watch?.Invoke(new ForecastFrame(lead, time, values, members), score);
        }
    }
}
