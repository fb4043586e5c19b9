using System.Globalization;
using System.Text.Json;
using Flex.Diffusion;
using Flex.Fields.Configuration;
using Flex.Fields.NetCdf;
using Flex.Training;

namespace Flex.Cli.Tests;

/// <summary>
/// The layouts in which the data of the reference are published, through the configurations that ship: files that another
/// program wrote are trained on, judged, super-resolved, listed and drawn.
/// </summary>
public sealed class PublishedLayoutsTests : IDisposable
{
    private const int Times = 6;
    private const int Height = 32;
    private const int Width = 48;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-layouts-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 2)]
    public void Vorticity_w_is_trained_on_with_the_reynolds_number_of_the_name(int channels, int channel)
    {
        var values = WriteFile("16000_2048_2048_seed_2150.h5", "w", Height, Width, channels, channel);
        WriteFile("500_2048_2048_seed_2150.h5", "w", Height, Width, channels, channel);
        var model = Train("nskt.yaml", "*_seed_2150.h5", channel, "data.train.times={last: 3}", "data.valid.times={first: -2}");
        using (var trained = ModelFile.LoadSuperResolution(model))
        {
            Assert.Equal(Mean(values.AsSpan(0, 4 * Height * Width)), trained.Statistics.Mean, 1e-6);
            Assert.Equal(8, trained.Statistics.Snapshots);
            Assert.Equal(40000, trained.Task.ParameterScale);
        }

        WriteFile("4000_2048_2048_seed_3407.h5", "w", Height, Width, channels, channel);
        var scores = Evaluate(model, Sub("4000_2048_2048_seed_3407.h5"), channel, "y,x");
        Assert.Equal([4000], scores.GetProperty("reynolds").EnumerateArray().Select(r => r.GetProperty("reynolds").GetDouble()));
        Assert.Equal(
            Enumerable.Range(0, Times).Select(i => (double)i),
            scores.GetProperty("fields").EnumerateArray().Select(f => f.GetProperty("time").GetDouble()));

        WriteFile("1000_coarse.h5", "w", 8, 12, channels, channel);
        var unsaid = CommandLine.Run("superres", "--model", model, "--in", Sub("1000_coarse.h5"), "--out", Sub("fine.nc"), "--times", "0");
        Assert.Contains("does not say whether its fields wrap around", unsaid.Error, StringComparison.Ordinal);
        Succeed("superres", "--model", model, "--in", Sub("1000_coarse.h5"), "--out", Sub("fine.nc"),
            "--channel", $"{channel}", "--periodic", "y,x", "--times", "1,5");
        using var fine = FieldFile.Open(Sub("fine.nc"));
        Assert.Equal("w(member=1, time=2, y=32, x=48)", fine.Variable("w").ToString());
        Assert.Equal([1.0, 5], fine.Coordinate("time")!.Values);
        Assert.Equal(48, fine.Coordinate("x")!.Modulo!.Value * 4, 1e-12);
        Assert.Equal("1000", fine.Attributes["flex_parameters"].Text);
        CommandLine.Run("superres", "--model", model, "--in", Sub("1000_coarse.h5"), "--out", Sub("x.nc"), "--channel", "9").AssertBadInput("channel 9");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 1)]
    public void Kinetic_energy_fields_are_trained_on_without_parameter(int channels, int channel)
    {
        WriteFile("2013.h5", "fields", 33, Width, channels, channel);
        WriteFile("2014.h5", "fields", 33, Width, channels, channel);
        var model = Train("era5.yaml", "2013.h5", channel, $"data.valid.files=[{Sub("2014.h5")}]");
        using (var trained = ModelFile.LoadSuperResolution(model))
        {
            Assert.Empty(trained.Task.Parameter);
            Assert.Equal(Times, trained.Statistics.Snapshots);
        }

        Assert.Equal(Times, Evaluate(model, Sub("2014.h5"), channel, "x").GetProperty("fields").GetArrayLength());
        var info = CommandLine.Run("info", Sub("2013.h5"));
        Assert.Contains("fields(phony_dim_0=6, ", info.Out, StringComparison.Ordinal);
        string[] member = channels > 0 ? ["--member", $"{channel}"] : [];
        Succeed(["show", Sub("2013.h5"), "--time", "2", .. member, "--out", Sub("fields.png")]);
        Assert.True(new FileInfo(Sub("fields.png")).Length > 1000);
    }

    [Theory]
    [InlineData("16000_2048_2048_seed_2150.h5", 3, "channel 3", "'channel'")]
    [InlineData("turbulence_seed_2150.h5", 2, "turbulence_seed_2150.h5", "does not match")]
    public void A_channel_that_is_not_there_and_a_name_without_number_are_refused(string file, int channel, params string[] words)
    {
        WriteFile(file, "w", Height, Width, 3, 2);
        CommandLine.Run([.. Command("nskt.yaml", file, channel), "--set", "data.train.times={last: -1}"]).AssertBadInput(words);
    }

    [Theory]
    [InlineData("nskt.yaml", 256)]
    [InlineData("era5.yaml", 128)]
    public void The_configurations_say_what_the_reference_does(string name, int patch)
    {
        var config = (TrainConfig)YamlConfig.Load<TrainConfig>(Repository.File($"configs/{name}")).Resolve();
        using var training = new ModelTraining(config, Repository.File("configs"));
        training.Check();
        Assert.Equal((patch, 8, 1e-5), (config.Data.Train.Patch, config.Batch, config.Optimizer.LearningRate));
    }

    /// <summary>Sums of sines that differ between times; channels that are not asked for would spoil any mean.</summary>
    private float[] WriteFile(string name, string variable, int height, int width, int channels, int channel)
    {
        var area = height * width;
        var wanted = new float[Times * area];
        for (var i = 0; i < wanted.Length; i++)
        {
            var (time, y, x) = (i / area, i % area / width, i % width);
            wanted[i] = (float)(1 + Math.Sin((Math.Tau * 3 * y / height) + time) + Math.Cos((Math.Tau * 5 * x / width) - time) + (0.1 * time));
        }

        var stored = wanted;
        if (channels > 0)
        {
            stored = new float[wanted.Length * channels];
            Array.Fill(stored, 1e6f);
            for (var time = 0; time < Times; time++)
            {
                wanted.AsSpan(time * area, area).CopyTo(stored.AsSpan(((time * channels) + channel) * area));
            }
        }

        H5Import.Write(Sub(name), variable, channels > 0 ? [Times, channels, height, width] : [Times, height, width], stored);
        return wanted;
    }

    private string Train(string config, string files, int channel, params string[] more)
    {
        Succeed([.. Command(config, files, channel), .. more.SelectMany(setting => new[] { "--set", setting })]);
        return Sub("run/model.safetensors");
    }

    private string[] Command(string config, string files, int channel)
    {
        string[] settings =
        [
            $"data.train.files=[{Sub(files)}]", $"data.valid.files=[{Sub(files)}]", $"data.train.channel={channel}",
            "data.train.patch=16", "data.valid.patches=2", "model.model_channels=[32, 32]", "model.res_blocks=[1, 1]", "model.depth=1",
            "steps=3", "batch=2", "warmup_steps=1", "validate_every=3", "threads=1",
        ];
        return ["train", Repository.File($"configs/{config}"), "--out", Sub("run"), .. settings.SelectMany(setting => new[] { "--set", setting })];
    }

    private static JsonElement Evaluate(string model, string file, int channel, string periodic)
    {
        var run = CommandLine.Run(
            "evaluate", "--model", model, "--data", file, "--channel", channel.ToString(CultureInfo.InvariantCulture), "--periodic", periodic, "--json", "-");
        Assert.Equal((ExitStatus.Success, ""), (run.Status, run.Status == 0 ? "" : run.Error));
        return JsonDocument.Parse(run.Out).RootElement;
    }

    private static void Succeed(params string[] args)
    {
        var run = CommandLine.Run(args);
        Assert.True(run.Status == ExitStatus.Success, run.Error);
    }

    private static double Mean(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    private string Sub(string name) => Path.Combine(_folder.FullName, name);
}
