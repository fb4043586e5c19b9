using System.Diagnostics;
using System.Text.Json;
using Flex.Torch.State;

namespace Flex.Cli.Tests;

public sealed class InfoTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-info");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_field_file_shows_dimensions_attributes_and_statistics()
    {
        var path = MakeNetCdf(
            """
            netcdf sample {
            dimensions: time = 2 ; x = 3 ;
            variables:
              double time(time) ; time:units = "s" ;
              float w(time, x) ; w:_FillValue = -999.f ;
              char name(x) ;
            :title = "a sample" ;
            data:
              time = 0, 0.5 ;
              w = 1, 2, 3, 4, -999, 10 ;
              name = "abc" ;
            }
            """);

        var text = CommandLine.Run("info", path);
        Assert.Equal(ExitStatus.Success, text.Status);
        Assert.Equal(
            $"""
            {path}: netCDF-4
            dimensions: time 2, x 3
            attributes:
              title: a sample
            variables:
              time(time=2) Float64
                min 0, max 0.5, mean 0.25, std 0.25, missing 0
                units: s
              w(time=2, x=3) Float32
                min 1, max 10, mean 4, std 3.16228, missing 1
                _FillValue: -999
              name(x=3) Text

            """,
            text.Out);

        var json = JsonDocument.Parse(CommandLine.Run("info", path, "--json").Out).RootElement;
        var statistics = json.GetProperty("variables")[1].GetProperty("statistics");
        Assert.Equal((5, 1, 10.0), (statistics.GetProperty("count").GetInt64(), statistics.GetProperty("missing").GetInt64(), statistics.GetProperty("max").GetDouble()));
        Assert.Equal(3.1622776601683795, statistics.GetProperty("standard_deviation").GetDouble(), 1e-14);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("variables")[2].GetProperty("statistics").ValueKind);
    }

    [Fact]
    public void A_variable_without_values_says_so()
    {
        var path = MakeNetCdf("netcdf none { dimensions: x = 2 ; n = UNLIMITED ; variables: float w(x) ; float e(n) ; data: w = _, _ ; }");
        Assert.Contains("w(x=2) Float32\n    all 2 values are missing\n", CommandLine.Run("info", path).Out, StringComparison.Ordinal);
        Assert.Equal(ExitStatus.Success, CommandLine.Run("info", path, "--json").Status);
    }

    [Fact]
    public void A_model_shows_its_parameters_and_its_metadata()
    {
        var path = WriteModel("model.safetensors");
        Assert.Equal(
            $$"""
            {{path}}: safetensors, 1,030 parameters in 3 tensors, {{new FileInfo(path).Length:N0}} bytes
              encoder: 1,026
              decoder: 4
            metadata:
              config: {
                "steps": 2
              }
              note: two
                lines
            tensors:
              encoder.weight  Float32 (2, 512)
              encoder.bias    Float32 (2)
              decoder.bias    Float32 (4)

            """,
            CommandLine.Run("info", path).Out);

        var json = JsonDocument.Parse(CommandLine.Run("info", path, "--json").Out).RootElement;
        Assert.Equal(1030, json.GetProperty("elements").GetInt64());
        Assert.Equal(2, json.GetProperty("metadata").GetProperty("config").GetProperty("steps").GetInt32());
    }

    [Fact]
    public void A_checkpoint_folder_shows_each_of_its_files()
    {
        var paths = new[] { WriteModel("ema.safetensors"), WriteModel("model.safetensors") };
        var run = CommandLine.Run("info", _folder.FullName);
        Assert.All(paths, path => Assert.Contains($"{path}: safetensors, 1,030 parameters", run.Out, StringComparison.Ordinal));
    }

    [Fact]
    public void What_cannot_be_read_is_bad_input()
    {
        CommandLine.Run("info").AssertBadInput("see flex info --help");
        CommandLine.Run("info", File("none.nc")).AssertBadInput("none.nc");
        CommandLine.Run("info", File("none.safetensors")).AssertBadInput("none.safetensors");
        CommandLine.Run("info", _folder.FullName).AssertBadInput("without .safetensors files");
        System.IO.File.WriteAllText(File("text.nc"), "not a field");
        CommandLine.Run("info", File("text.nc")).AssertBadInput("text.nc");
        System.IO.File.WriteAllText(File("text.safetensors"), "not a model");
        CommandLine.Run("info", File("text.safetensors")).AssertBadInput("text.safetensors");
    }

    private string File(string name) => Path.Combine(_folder.FullName, name);

    private string WriteModel(string name)
    {
        var tensors = new OrderedDictionary<string, TensorData>
        {
            ["encoder.weight"] = TensorData.From<float>(new float[1024], 2, 512),
            ["encoder.bias"] = TensorData.From<float>(new float[2]),
            ["decoder.bias"] = TensorData.From<float>(new float[4]),
        };
        SafeTensors.Write(File(name), tensors, new Dictionary<string, string> { ["config"] = """{"steps":2}""", ["note"] = "two\nlines" });
        return File(name);
    }

    // The reference tool writes what is read here.
    private string MakeNetCdf(string cdl)
    {
        System.IO.File.WriteAllText(File("sample.cdl"), cdl);
        using var ncgen = Process.Start("ncgen", ["-4", "-o", File("sample.nc"), File("sample.cdl")]);
        ncgen.WaitForExit();
        Assert.Equal(0, ncgen.ExitCode);
        return File("sample.nc");
    }
}
