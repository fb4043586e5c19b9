using Flex.Fields.Grids;
using Flex.Fields.NetCdf;

namespace Flex.Cli.Tests.SuperResolution;

public sealed class SuperresTests : IDisposable
{
    private readonly Samples _samples = new();

    public void Dispose() => _samples.Dispose();

    [Fact]
    public void Members_and_statistics_are_written_with_refined_coordinates_and_provenance()
    {
        var (model, coarse, fine) = (_samples.Model(), _samples.Fields("coarse.nc", 5, 7), _samples["fine.nc"]);
        var run = CommandLine.Run("superres", "--model", model, "--in", coarse, "--out", fine, "--members", "3", "--stat", "members,mean,std", "--seed", "9");
        Assert.Equal((ExitStatus.Success, $"{fine}: w, w_mean, w_std, 3 member(s), 2 time(s), 20×28\n"), (run.Status, run.Out));

        using var file = FieldFile.Open(fine);
        Assert.Equal("w(member=3, time=2, y=20, x=28)", file.Variable("w").ToString());
        Assert.Equal("w_mean(time=2, y=20, x=28)", file.Variable("w_mean").ToString());
        Assert.Equal([1, 1.5], file.Coordinate("time")!.Values);
        Assert.Equal(Math.Tau / 28, file.Coordinate("x")!.Values[1], 1e-12);
        Assert.Equal(Math.Tau, file.Coordinate("y")!.Modulo!.Value, 1e-12);
        Assert.Equal("500", file.Attributes["reynolds"].Text);
        Assert.Equal("9", file.Attributes["flex_seed"].Text);
        Assert.Equal("model.safetensors", file.Attributes["flex_model"].Text);
        Assert.Equal(64, file.Attributes["flex_model_sha256"].Text!.Length);
        Assert.Matches($"flex superres --model {model} .*\nmade for a test$", file.Attributes["history"].Text);

        float[][] members = [.. Enumerable.Range(0, 3).Select(m => Read(file, "w", 1, m))];
        var (mean, std) = (Read(file, "w_mean", 1), Read(file, "w_std", 1));
        for (var i = 0; i < mean.Length; i++)
        {
            double[] values = [.. members.Select(m => (double)m[i])];
            Assert.Equal(values.Average(), mean[i], 1e-6);
            Assert.Equal(Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2)) / 2), std[i], 1e-6);
        }
    }

    [Fact]
    public void An_axis_that_does_not_wrap_around_ends_at_its_last_coarse_point()
    {
        var (model, coarse) = (_samples.Model(), _samples.Fields("coarse.nc", 5, 7, times: 1));
        foreach (var (axes, name) in new[] { ("y,x", "whole.nc"), ("x", "cropped.nc") })
        {
            Assert.Equal(0, CommandLine.Run("superres", "--model", model, "--in", coarse, "--out", _samples[name], "--periodic", axes, "--stat", "mean").Status);
        }

        using var file = FieldFile.Open(_samples["cropped.nc"]);
        Assert.Equal("w_mean(time=1, y=17, x=28)", file.Variable("w_mean").ToString());
        Assert.Equal(Math.Tau * 4 / 5, file.Coordinate("y")!.Values[^1], 1e-12);
    }

    [Fact]
    public void Statistics_alone_and_single_times_are_those_of_the_whole()
    {
        var (model, coarse) = (_samples.Model(), _samples.Fields("coarse.nc", 4, 4));
        Assert.Equal(0, CommandLine.Run("superres", "--model", model, "--in", coarse, "--out", _samples["all.nc"], "--members", "2", "--stat", "members,mean").Status);
        Assert.Equal(0, CommandLine.Run("superres", "--model", model, "--in", coarse, "--out", _samples["mean.nc"], "--members", "2", "--stat", "mean", "--times", "1.5").Status);

        using var all = FieldFile.Open(_samples["all.nc"]);
        using var mean = FieldFile.Open(_samples["mean.nc"]);
        Assert.DoesNotContain(mean.Variables, v => v.Name is "w" or "member");
        Assert.Equal(Read(all, "w_mean", 1), Read(mean, "w_mean", 0));
    }

    [Fact]
    public void A_reynolds_number_may_be_given()
    {
        var (model, coarse) = (_samples.Model(), _samples.Fields("coarse.nc", 4, 4, times: 1, reynolds: null));
        CommandLine.Run("superres", "--model", model, "--in", coarse, "--out", _samples["fine.nc"]).AssertBadInput("coarse.nc", "reynolds");
        Assert.Equal(0, CommandLine.Run("superres", "--model", model, "--in", coarse, "--out", _samples["fine.nc"], "--parameter", "700").Status);
        using var file = FieldFile.Open(_samples["fine.nc"]);
        Assert.Equal("700", file.Attributes["flex_parameters"].Text);
    }

    [Fact]
    public void Boundaries_can_be_overruled()
    {
        var (model, coarse) = (_samples.Model(), _samples.Fields("coarse.nc", 4, 4, times: 1));
        Assert.Equal(0, CommandLine.Run("superres", "--model", model, "--in", coarse, "--out", _samples["fine.nc"], "--periodic", "x").Status);
        using var file = FieldFile.Open(_samples["fine.nc"]);
        Assert.Null(file.Coordinate("y")!.Modulo);
        Assert.NotNull(file.Coordinate("x")!.Modulo);
    }

    [Fact]
    public void Bad_input_is_one_line_and_nothing_is_left_behind()
    {
        var (model, coarse) = (_samples.Model(), _samples.Fields("coarse.nc", 4, 4));
        void Refused(string[] words, params string[] options)
        {
            string[] defaults = ["--model", model, "--in", coarse, "--out", _samples["fine.nc"]];
            var missing = defaults.Chunk(2).Where(pair => !options.Contains(pair[0])).SelectMany(pair => pair);
            CommandLine.Run(["superres", .. missing, .. options]).AssertBadInput(words);
            Assert.False(File.Exists(_samples["fine.nc"]));
            Assert.Empty(Directory.GetFiles(_samples.Folder, "*.partial"));
        }

        Refused(["none.nc"], "--in", _samples["none.nc"]);
        File.WriteAllText(_samples["text.nc"], "no field");
        Refused(["text.nc"], "--in", _samples["text.nc"]);
        File.WriteAllBytes(_samples["cut.nc"], File.ReadAllBytes(coarse)[..5000]);
        Refused(["cut.nc", "truncated"], "--in", _samples["cut.nc"]);
        Refused(["no variable 'u'", "w(time=2, y=4, x=4)"], "--var", "u");
        Refused(["dimensions"], "--var", "time");
        Refused(["channel 1"], "--channel", "1");
        Refused(["every value", "missing"], "--in", _samples.Fields("nan.nc", 4, 4, missing: float.NaN));
        Refused(["no time 7", "nearest is 1.5"], "--times", "7");
        Refused(["--times", "'one'"], "--times", "one");
        Refused(["--periodic z"], "--periodic", "z");
        Refused(["'median'"], "--stat", "median");
        Refused(["at least 2 members"], "--stat", "std");
        Refused(["2 are given"], "--parameter", "1,2");
        Refused(["steps"], "--steps", "0");
        Refused(["eta"], "--eta", "2");
        Refused(["members"], "--members", "0");
        Refused(["overlap"], "--overlap", "16");
        Refused(["device", "'tpu'"], "--device", "tpu");
        Refused(["unknown option --model-file", "--model"], "--model-file", "x");
        Refused(["none.safetensors"], "--model", _samples["none.safetensors"]);
        File.WriteAllBytes(_samples["cut.safetensors"], File.ReadAllBytes(model)[..3000]);
        Refused(["cut.safetensors"], "--model", _samples["cut.safetensors"]);
        Refused(["cannot write", "does not exist"], "--out", _samples["no/folder/fine.nc"]);
        Refused(["cannot write", "folder"], "--out", _samples.Folder);
    }

    [Fact]
    public void A_model_of_another_task_is_refused()
    {
        CommandLine.Run("superres", "--model", _samples.ForecastModel(), "--in", _samples.Fields("coarse.nc", 4, 4), "--out", _samples["fine.nc"])
            .AssertBadInput("another task");
    }

    [Fact]
    public void Degrading_keeps_every_fourth_point()
    {
        var (fine, coarse) = (_samples.Fields("fine.nc", 8, 12), _samples["coarse.nc"]);
        Assert.Equal(0, CommandLine.Run("degrade", "--in", fine, "--var", "w", "--out", coarse, "--factor", "4", "--times", "1.5").Status);
        using var source = FieldFile.Open(fine);
        using var file = FieldFile.Open(coarse);
        Assert.Equal("w(time=1, y=2, x=3)", file.Variable("w").ToString());
        Assert.Equal("500", file.Attributes["reynolds"].Text);
        Assert.Equal(Math.Tau / 2, file.Coordinate("y")!.Values[1], 1e-12);
        var (whole, kept) = (Read(source, "w", 1), Read(file, "w", 0));
        Assert.Equal([whole[0], whole[4], whole[8], whole[48], whole[52], whole[56]], kept);
    }

    [Fact]
    public void Bad_input_of_degrade_is_one_line()
    {
        var fine = _samples.Fields("fine.nc", 8, 10);
        var coarse = _samples["coarse.nc"];
        CommandLine.Run("degrade", "--in", _samples["none.nc"], "--var", "w", "--out", coarse).AssertBadInput("none.nc");
        CommandLine.Run("degrade", "--in", fine).AssertBadInput("--out");
        CommandLine.Run("degrade", "--in", fine, "--var", "u", "--out", coarse).AssertBadInput("no variable 'u'");
        CommandLine.Run("degrade", "--in", fine, "--var", "w", "--out", coarse, "--factor", "0").AssertBadInput("--factor 0");
        CommandLine.Run("degrade", "--in", fine, "--var", "w", "--out", coarse).AssertBadInput("not a multiple of 4");
        CommandLine.Run("degrade", "--in", fine, "--var", "w", "--out", _samples["no/coarse.nc"], "--factor", "2").AssertBadInput("cannot write");
        Assert.False(File.Exists(coarse));
    }

    private static float[] Read(FieldFile file, string variable, int time, int member = 0)
    {
        var field = file.Field(variable);
        var values = new float[field.Height * field.Width];
        field.ReadWindow(time, member, Window.Whole(field.Height, field.Width), values);
        return values;
    }
}
