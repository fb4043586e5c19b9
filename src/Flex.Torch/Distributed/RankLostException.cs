namespace Flex.Torch.Distributed;

/// <summary>The other processes of a run cannot be reached: one of them has ended, or does not answer.</summary>
public sealed class RankLostException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which rank, and why, in one line.</param>
    public RankLostException(string message)
        : base(message.ReplaceLineEndings(" ").Trim())
    {
    }
}
