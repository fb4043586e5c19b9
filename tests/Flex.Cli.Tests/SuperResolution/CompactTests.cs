using Flex.Torch.State;

namespace Flex.Cli.Tests.SuperResolution;

public sealed class CompactTests : IDisposable
{
    private readonly Samples _samples = new();

    public void Dispose() => _samples.Dispose();

    [Fact]
    public void A_compact_model_is_half_as_large_and_answers_alike()
    {
        var (model, small) = (_samples.Model(), _samples["small.safetensors"]);
        var run = CommandLine.Run("compact", model, "--out", small);
        Assert.Equal((ExitStatus.Success, true), (run.Status, run.Out.StartsWith($"{small}: ", StringComparison.Ordinal)));
        Assert.InRange(new FileInfo(small).Length, 0, 0.55 * new FileInfo(model).Length);

        var (was, now) = (SafeTensors.Read(model), SafeTensors.Read(small));
        Assert.Equal(was.Metadata, now.Metadata);
        var weight = was.Tensors["encoder.input_blocks.0.0.weight"].AsSpan<float>()[0];
        Assert.Equal(weight, (float)now.Tensors["encoder.input_blocks.0.0.weight"].AsSpan<Half>()[0], Math.Abs(weight) / 2048);
        Assert.True(was.Tensors["encoder.MPFourier.freqs"].Bytes.Span.SequenceEqual(now.Tensors["encoder.MPFourier.freqs"].Bytes.Span));

        var coarse = _samples.Fields("coarse.nc", 4, 4);
        Assert.Equal(0, CommandLine.Run("superres", "--model", small, "--in", coarse, "--out", _samples["fine.nc"]).Status);
    }

    [Fact]
    public void What_is_no_model_is_refused()
    {
        File.WriteAllText(_samples["text"], "no model");
        CommandLine.Run("compact", _samples["text"], "--out", _samples["small.safetensors"]).AssertBadInput("text");
        CommandLine.Run("compact", _samples.Model(), "--out", _samples["no/small.safetensors"]).AssertBadInput("cannot write");
    }
}
