using Flex.Torch.Native;

namespace Flex.Torch;

/// <summary>Switches the recording of gradients on this thread until it is disposed.</summary>
public readonly struct GradMode : IDisposable
{
    private readonly bool _before;

    private GradMode(bool enabled) => _before = Gate.SetGradMode(enabled ? 1 : 0) != 0;

    /// <summary>Whether gradients are recorded on this thread.</summary>
    public static bool IsRecording => Gate.GradMode() != 0;

    /// <summary>No gradients are recorded: <c>using var _ = GradMode.NoGrad();</c>.</summary>
    /// <returns>The scope.</returns>
    public static GradMode NoGrad() => new(enabled: false);

    /// <summary>Gradients are recorded, inside a scope where they are not.</summary>
    /// <returns>The scope.</returns>
    public static GradMode EnableGrad() => new(enabled: true);

    /// <summary>Gradients are recorded or not, as asked.</summary>
    /// <param name="enabled">Whether.</param>
    /// <returns>The scope.</returns>
    public static GradMode SetGradEnabled(bool enabled) => new(enabled);

    /// <inheritdoc/>
    public void Dispose() => _ = Gate.SetGradMode(_before ? 1 : 0);
}
