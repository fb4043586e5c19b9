namespace Flex.Fields.Configuration;

/// <summary>A part of a configuration that knows which of its values make sense.</summary>
public interface IValidated
{
    /// <summary>Checks the values.</summary>
    /// <returns>What is wrong; empty when nothing is.</returns>
    IEnumerable<ConfigProblem> Validate();
}

/// <summary>A value of the right type that makes no sense.</summary>
/// <param name="Member">The property (<c>nameof(Steps)</c>).</param>
/// <param name="Problem">What is wrong and what would be right, to be read after the key: <c>must be at least 1, got 0</c>.</param>
public sealed record ConfigProblem(string Member, string Problem);
