namespace Flex;

/// <summary>
/// The user's input, file or setting is at fault: the program ends with exit status 2 and prints
/// <see cref="Exception.Message"/> as its only line. The message says what is wrong, where, and what to do.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line: what is wrong, where, what to do.</param>
    public InputException(string message)
        : base(OneLine(message))
    {
    }

    /// <summary>Creates the exception and keeps its cause for <c>--verbose</c> output.</summary>
    /// <param name="message">One line: what is wrong, where, what to do.</param>
    /// <param name="inner">The cause.</param>
    public InputException(string message, Exception inner)
        : base(OneLine(message), inner)
    {
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}
