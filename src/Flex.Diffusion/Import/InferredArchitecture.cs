namespace Flex.Diffusion.Import;

/// <summary>The architecture that the names and shapes of FLEX weights belong to (SPEC §3).</summary>
/// <param name="ModelChannels">Channels of each level, finest first.</param>
/// <param name="ResBlocks">Residual blocks of each level.</param>
/// <param name="Depth">Transformer blocks.</param>
/// <param name="MlpRatio">Hidden width of the transformer's MLP over its embedding width.</param>
/// <param name="Parameters">P.</param>
/// <param name="ImageSize">H = W of the training patches.</param>
/// <param name="Channels">C, the channels of the field.</param>
/// <param name="SuperResolves">Whether there is a task encoder for super-resolution.</param>
/// <param name="CondSnapshots">K, the snapshots that a forecast sees; 0 where there is no task encoder for forecasting.</param>
public sealed record InferredArchitecture(
    IReadOnlyList<int> ModelChannels,
    IReadOnlyList<int> ResBlocks,
    int Depth,
    int MlpRatio,
    int Parameters,
    int ImageSize,
    int Channels,
    bool SuperResolves,
    int CondSnapshots)
{
    private const string FirstLayer = "input_blocks.0.0.weight";

    /// <summary>
    /// The heads of the released sizes by the width of the transformer; weights do not show them, since heads only cut the width.
    /// </summary>
    public int ReleasedHeads => ModelChannels[^1] switch
    {
        <= 256 => 4,
        <= 512 => 8,
        _ => 16,
    };

    /// <summary>Infers the architecture.</summary>
    /// <param name="shapes">Shapes by full name.</param>
    /// <param name="path">The file, for messages.</param>
    /// <returns>The architecture.</returns>
    /// <exception cref="InputException">They are no weights of FLEX.</exception>
    public static InferredArchitecture Of(IReadOnlyDictionary<string, long[]> shapes, string path)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        var channels = (int)Shape($"encoder.{FirstLayer}")[1];
        var superResolves = shapes.ContainsKey($"superres_encoder.{FirstLayer}");
        var condChannels = shapes.TryGetValue($"forecast_encoder.{FirstLayer}", out var forecast) ? (int)forecast[1] : 0;
        if (!superResolves && condChannels == 0)
        {
            throw new InputException($"{path} has neither a superres_encoder nor a forecast_encoder: it is no checkpoint of FLEX");
        }

        var (levels, blocks) = Levels();
        var width = (int)Shape("encoder.pos_embed")[2];
        var bottleneck = (int)Math.Round(Math.Sqrt(Shape("encoder.pos_embed")[1] - 1));
        return new InferredArchitecture(
            levels,
            blocks,
            (2 * Count(i => $"encoder.tr_blocks.{i}.norm1.weight")) + 1,
            (int)Shape("encoder.mid_block.mlp.fc1.weight")[0] / width,
            shapes.ContainsKey("encoder.cond_embed.0.weight") ? (int)Shape("encoder.cond_embed.0.weight")[1] : 0,
            bottleneck << levels.Count,
            channels,
            superResolves,
            condChannels / channels);

        long[] Shape(string name) => shapes.TryGetValue(name, out var shape)
            ? shape
            : throw new InputException($"{path} has no weight {name}: it is no checkpoint of FLEX");

        int Count(Func<int, string> name) => Enumerable.Range(0, shapes.Count).TakeWhile(i => shapes.ContainsKey(name(i))).Count();

        // The decoder's blocks show the levels, coarsest first: each ends with a block that an up-sampling one (.1) follows.
        (List<int> Channels, List<int> Blocks) Levels()
        {
            var (channels, blocks, size) = (new List<int>(), new List<int>(), 0);
            var last = Count(i => $"decoder.output_blocks.{i}.0.out_layers.3.weight") - 1;
            for (var i = 1; i <= last; i++)
            {
                size++;
                if (i == last || shapes.ContainsKey($"decoder.output_blocks.{i}.1.out_layers.3.weight"))
                {
                    channels.Insert(0, (int)Shape($"decoder.output_blocks.{i}.0.out_layers.3.weight")[0]);
                    blocks.Insert(0, size - 1);
                    size = 0;
                }
            }

            return channels.Count > 0 ? (channels, blocks) : throw new InputException($"{path} has no decoder blocks: it is no checkpoint of FLEX");
        }
    }
}
