namespace Flex.Diffusion.Backbones.Flex;

/// <summary>
/// The floating-point operations of one forward pass of each network for one sample: two for every product of convolutions,
/// linear layers and attention, as the definitions have them; what is elementwise is not counted. A training step is three times that.
/// </summary>
/// <param name="TaskEncoder">One task encoder.</param>
/// <param name="Encoder">The shared encoder.</param>
/// <param name="Decoder">The decoder.</param>
public sealed record FlexFlops(double TaskEncoder, double Encoder, double Decoder)
{
    private const int Kernel = 9;

    /// <summary>Task encoder, encoder and decoder together.</summary>
    public double Forward => TaskEncoder + Encoder + Decoder;

    /// <summary>Counts.</summary>
    /// <param name="config">The architecture, for fields of its image size; a bottleneck patch of 1.</param>
    /// <returns>The operations.</returns>
    public static FlexFlops Of(FlexConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config = config.Inner;
        var convolutions = InputBlocks(config);
        return new FlexFlops(convolutions, convolutions + Transformer(config, config.Depth - (config.Depth / 2), skip: false), Decode(config));
    }

    private static double InputBlocks(FlexConfig config)
    {
        var (pixels, width) = (Area(config, 0), config.ModelChannels[0]);
        var sum = Convolution(pixels, config.Channels, width);
        for (var level = 0; level < config.Levels; level++)
        {
            for (var i = 0; i < config.ResBlocks[level]; i++)
            {
                sum += Block(pixels, width, config.ModelChannels[level]);
                width = config.ModelChannels[level];
            }

            pixels = Area(config, level + 1);
            sum += Block(pixels, width, width);
        }

        return sum;
    }

    private static double Decode(FlexConfig config)
    {
        var skips = new Stack<int>([config.ModelChannels[0], .. Enumerable.Range(0, config.Levels)
            .SelectMany(level => Enumerable.Repeat(config.ModelChannels[level], config.ResBlocks[level] + 1))]);
        var width = config.Embedding;
        var sum = Transformer(config, config.Depth / 2, skip: true) + Block(Area(config, config.Levels - 1), width + skips.Pop(), width);
        for (var level = config.Levels - 1; level >= 0; level--)
        {
            for (var i = 0; i <= config.ResBlocks[level]; i++)
            {
                sum += Block(Area(config, level), width + skips.Pop(), config.ModelChannels[level]);
                width = config.ModelChannels[level];
            }

            sum += level > 0 ? Block(Area(config, level - 1), width, width) : 0;
        }

        return sum + Convolution(Area(config, 0), width, config.Channels);
    }

    // Two convolutions, and a third on the skip branch where the width changes.
    private static double Block(double pixels, int channels, int results) =>
        Convolution(pixels, channels, results) * (channels == results ? 1 : 2) + Convolution(pixels, results, results);

    private static double Convolution(double pixels, int channels, int results) => 2 * Kernel * pixels * channels * results;

    // Linear layers of q, k, v, projection and MLP, and the products with keys and values.
    private static double Transformer(FlexConfig config, int blocks, bool skip)
    {
        double tokens = 1 + (config.TokenGrid * config.TokenGrid), width = config.Embedding;
        var linear = (4 + (2 * config.MlpRatio) + (skip ? 2 : 0)) * width * width;
        return blocks * 2 * tokens * (linear + (2 * tokens * width));
    }

    private static double Area(FlexConfig config, int level) => Math.Pow(config.ImageSize >> level, 2);
}
