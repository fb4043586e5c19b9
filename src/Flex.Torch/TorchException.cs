namespace Flex.Torch;

/// <summary>An error reported by libtorch, with its text.</summary>
public sealed class TorchException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">libtorch's text, without its stack trace.</param>
    public TorchException(string message)
        : base(message)
    {
    }
}
