using System.Reflection;

namespace Flex.Cli.Tests;

public class LayerTests
{
    /// <summary>From the lowest to the highest; each may use those before it.</summary>
    private static readonly string[] Layers =
        ["Flex.Torch", "Flex.Fields", "Flex.Diffusion", "Flex.Training", "Flex.Evaluation", "flex"];

    public static TheoryData<string> AllLayers() => new(Layers);

    [Theory]
    [MemberData(nameof(AllLayers))]
    public void A_layer_knows_only_lower_layers(string layer)
    {
        var lower = Layers[..Array.IndexOf(Layers, layer)];
        var known = Assembly.Load(layer).GetReferencedAssemblies().Select(name => name.Name!).Where(IsOurs);
        Assert.All(known, name => Assert.Contains(name, lower));
    }

    [Fact]
    public void Every_assembly_of_ours_is_a_layer()
    {
        var ours = Directory.GetFiles(AppContext.BaseDirectory, "*.dll")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Where(name => IsOurs(name) && !name.EndsWith(".Tests", StringComparison.Ordinal));
        Assert.Equal(Layers.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("Flex.", StringComparison.Ordinal) || name == "flex";
}
