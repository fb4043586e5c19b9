using Flex.Diffusion.Tiling;

namespace Flex.Evaluation.Scores;

/// <summary>
/// The forecast by advection alone: the vorticity of a doubly periodic flow is carried along by the velocity that it induces, and nothing else
/// happens. A model that is given this as a first guess has to do better.
/// </summary>
/// <param name="history">The last known states, the vorticity alone.</param>
/// <param name="step">The time from one state to the next.</param>
public sealed class AdvectionBaseline(History history, double step)
{
    private History _history = history;

    /// <summary>Goes one step further.</summary>
    /// <returns>The next state, (H, W) row by row.</returns>
    public float[] Next()
    {
        var next = _history.CarriedAlong(step);
        _history = _history.After(next);
        return next;
    }
}
