namespace Flex.IO;

/// <summary>
/// Where long work reports how far it is. The work says what is done; rate, time left and how it is shown are the
/// receiver's concern, so a report is cheap and may come at every step.
/// </summary>
public interface IProgress
{
    /// <summary>Reports progress.</summary>
    /// <param name="done">Units of work done, 0 … <paramref name="total"/>.</param>
    /// <param name="total">Units of work in all; not positive where it is not known.</param>
    /// <param name="note">A few words on the present state (<c>loss 0.123</c>), or null.</param>
    void Report(double done, double total, string? note = null);
}

/// <summary>Progress that nobody watches.</summary>
public sealed class NoProgress : IProgress
{
    /// <summary>The one instance.</summary>
    public static IProgress Instance { get; } = new NoProgress();

    /// <inheritdoc/>
    public void Report(double done, double total, string? note = null)
    {
    }
}
