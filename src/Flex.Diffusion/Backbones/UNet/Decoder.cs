using Flex.Diffusion.Backbones.Convolutions;
using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.UNet;

/// <summary>The U-Net's decoder: the middle's output plus the task encoder's, then up through the levels on both encoders' skips.</summary>
public sealed class Decoder : Module
{
    private readonly Conditioning _conditioning;
    private readonly OutputBlocks _outputBlocks;
    private readonly OutputLayer _out;

    /// <summary>Creates the decoder.</summary>
    /// <param name="config">The architecture.</param>
    public Decoder(UNetConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var pyramid = config.Pyramid;
        var (t, law) = (config.Embedding, pyramid.Form.Linear);
        var timeEmbed = AddModule("time_embed", new EmbeddingMlp(config.BaseWidth, 2 * t, t, law));
        var condEmbed = config.Parameters > 0 ? AddModule("cond_embed", new EmbeddingMlp(config.Parameters, t, t, law)) : null;
        _outputBlocks = AddModule("output_blocks", new OutputBlocks(pyramid));
        _out = AddModule("out", new OutputLayer(pyramid.Channels[0], config.Channels, config.Padding));
        var fourier = AddModule("emb", new FourierFeatures(config.BaseWidth));
        _conditioning = new Conditioning(t, fourier, timeEmbed, condEmbed);
    }

    /// <summary>Decodes the latent.</summary>
    /// <param name="latent">The shared encoder's output.</param>
    /// <param name="task">The condition's features.</param>
    /// <param name="t">(B).</param>
    /// <param name="parameters">(B, P), or null where P = 0.</param>
    /// <returns>(B, C, H, W).</returns>
    public Tensor Forward(Latent latent, TaskFeatures task, Tensor t, Tensor? parameters)
    {
        ArgumentNullException.ThrowIfNull(latent);
        ArgumentNullException.ThrowIfNull(task);
        using var scope = new TensorScope();
        var cond = _conditioning.Of(t, t, parameters);
        return scope.Keep(_out.Forward(_outputBlocks.Forward(latent.Tokens + task.Head, latent.Skips, task.Skips, cond)));
    }
}
