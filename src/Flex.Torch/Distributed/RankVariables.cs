using System.Globalization;

namespace Flex.Torch.Distributed;

/// <summary>Environment variables as numbers and texts, with errors that name the variable.</summary>
/// <param name="variables">The environment.</param>
internal sealed class RankVariables(IReadOnlyDictionary<string, string> variables)
{
    public bool Has(string name) => Text(name) is not null;

    /// <summary>A variable; null where it is empty or missing.</summary>
    public string? Text(string name) => variables.TryGetValue(name, out var text) && text.Length > 0 ? text : null;

    public string Required(string name, string meaning) =>
        Text(name) ?? throw new InputException($"the environment says that this is one of several processes, but not {name}, {meaning}; set it, or start with flex launch");

    public int Number(string name, int least, int most, int? otherwise = null)
    {
        if (Text(name) is not { } text)
        {
            return otherwise ?? int.Parse(Required(name, "a number"), CultureInfo.InvariantCulture);
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new InputException($"the environment variable {name} must be a whole number of {least} to {most}, got '{text}'");
    }

    public int Size(string name) => Number(name, 1, 1 << 20);

    public int Rank(string name, string sizeName, int size)
    {
        var rank = Number(name, 0, 1 << 20);
        return rank < size
            ? rank
            : throw new InputException($"the environment contradicts itself: {name} is {rank}, but {sizeName} is {size}; ranks are 0 to {size - 1}");
    }

    public int Port(int? otherwise = null) => Number("MASTER_PORT", 1, 65535, otherwise);
}
