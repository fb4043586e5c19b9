using System.Globalization;
using System.Text;
using Flex.Diffusion.Backbones.Flex;

namespace Flex.Diffusion.Tests;

/// <summary>The table of docs/scale.md is what its formula gives.</summary>
public sealed class ScalePredictionTests
{
    // The assumptions that the document states.
    private const double Rate = 60e12, Bandwidth = 25e9, Latency = 10e-6, Bucket = 4 << 20, PerGpu = 32;

    // Millions: encoder, one task encoder, decoder, of fields of 256².
    private static readonly (string Size, double Parameters)[] Sizes = [("small", 49.72), ("medium", 199.18), ("big", 949.8)];

    [Fact]
    public void The_table_of_the_document_is_what_its_formula_gives()
    {
        var table = new StringBuilder();
        foreach (var (size, parameters) in Sizes)
        {
            foreach (var gpus in new[] { 8, 64, 256, 1024 })
            {
                var buckets = Math.Ceiling(parameters * 1e6 * 4 / Bucket);
                var flops = FlexFlops.Of(FlexConfig.OfSize(size));
                var compute = 3 * PerGpu * flops.Forward / Rate;
                var encoders = compute * (flops.TaskEncoder + flops.Encoder) / flops.Forward;
                var ring = 2 * (gpus - 1) * (Latency + (Bucket / gpus / Bandwidth));
                var tree = (2 * Math.Log2(gpus) * Latency) + (2 * Bucket / Bandwidth);
                var reduction = buckets * Math.Min(ring, tree);
                var step = compute + Math.Max(reduction / buckets, reduction - (encoders * 2 / 3));
                table.AppendLine(CultureInfo.InvariantCulture, $"| {size} | {gpus} | {compute * 1e3:0.0} | {reduction * 1e3:0.0} | {step * 1e3:0.0} | {100 * compute / step:0} % |");
            }
        }

        Assert.Contains(table.ToString(), File.ReadAllText(Document()), StringComparison.Ordinal);
    }

    private static string Document()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Flex.slnx")))
            {
                return Path.Combine(folder.FullName, "docs", "scale.md");
            }
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
