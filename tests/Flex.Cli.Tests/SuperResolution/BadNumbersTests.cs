using Flex.Fields.NetCdf;
using Flex.Torch.State;

namespace Flex.Cli.Tests.SuperResolution;

/// <summary>Fields without variance, with infinities, beyond the range of float32, or all missing, given to every command.</summary>
public sealed class BadNumbersTests : IDisposable
{
    private readonly Samples _samples = new();

    public void Dispose() => _samples.Dispose();

    [Theory]
    [InlineData(0f)]
    [InlineData(3f)]
    [InlineData(1e-30f)]
    public void A_constant_field_is_a_field(float value)
    {
        var field = _samples.Fields("flat.nc", 16, 16, times: 3, missing: value);
        foreach (var run in Commands(field))
        {
            Assert.True(run.Status == ExitStatus.Success, run.Error);
        }

        AssertFinite("fine.nc", 64);
        AssertFinite("next.nc", 16);
        using var coarse = FieldFile.Open(_samples["coarse.nc"]);
        var values = new float[16];
        coarse.Variable("w").Read([0, 0, 0], [1, 4, 4], values);
        Assert.All(values, v => Assert.Equal(value, v));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(9.9692099683868690e+36f)]
    [InlineData(3e38f)]
    public void A_field_of_what_is_no_number_is_shown_or_refused_in_one_line(float value)
    {
        var field = _samples.Fields("odd.nc", 16, 16, times: 3, missing: value);
        foreach (var run in Commands(field))
        {
            Assert.True(run.Status is ExitStatus.Success or ExitStatus.BadInput, run.Error);
            Assert.DoesNotContain("internal error", run.Error, StringComparison.Ordinal);
        }

        // Nothing that cannot be told from missing values is made of numbers that cannot be computed with.
        Assert.False(File.Exists(_samples["fine.nc"]));
        Assert.False(File.Exists(_samples["next.nc"]));
    }

    [Fact]
    public void A_model_whose_answer_is_no_number_is_named()
    {
        var model = _samples.Model();
        var state = SafeTensors.Read(model);
        var spoilt = state.Tensors.Select(tensor => KeyValuePair.Create(tensor.Key, tensor.Key.EndsWith("bias", StringComparison.Ordinal) ? Nan(tensor.Value) : tensor.Value));
        SafeTensors.Write(_samples["spoilt.safetensors"], spoilt, state.Metadata);
        var run = CommandLine.Run("superres", "--model", _samples["spoilt.safetensors"], "--in", _samples.Fields("a.nc", 8, 8), "--out", _samples["fine.nc"]);
        Assert.Equal(ExitStatus.BadInput, run.Status);
        Assert.Contains("the model's answer is not finite", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_samples["fine.nc"]));
    }

    private static TensorData Nan(TensorData tensor) =>
        TensorData.From<float>([.. tensor.AsSpan<float>().ToArray().Select(_ => float.NaN)], tensor.Shape);

    private IEnumerable<CommandLine> Commands(string field) =>
    [
        CommandLine.Run("info", field),
        CommandLine.Run("show", field, "--out", _samples["a.png"]),
        CommandLine.Run("degrade", "--in", field, "--out", _samples["coarse.nc"]),
        CommandLine.Run("superres", "--model", _samples.Model(), "--in", field, "--out", _samples["fine.nc"]),
        CommandLine.Run("forecast", "--model", _samples.ForecastModel(), "--in", field, "--out", _samples["next.nc"]),
        CommandLine.Run("evaluate", "--model", _samples.Model(), "--data", field, "--members", "2", "--report", _samples["report"]),
    ];

    private void AssertFinite(string file, int size)
    {
        using var written = FieldFile.Open(_samples[file]);
        var values = new float[size * size];
        written.Field("w").ReadWindow(0, 0, Flex.Fields.Grids.Window.Whole(size, size), values);
        Assert.All(values, value => Assert.True(float.IsFinite(value)));
    }
}
