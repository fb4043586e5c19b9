using Flex.Diffusion;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;
using Flex.Fields.Resampling;

namespace Flex.Cli.Tests.SuperResolution;

/// <summary>A folder with small files of fields and an untrained model, for commands to work on.</summary>
internal sealed class Samples : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-superres");

    public string Folder => _folder.FullName;

    public string this[string name] => Path.Combine(Folder, name);

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Writes a model ×4 with tiles of 16 cells whose network is untrained.</summary>
    public string Model(string name = "model.safetensors", string variable = "w")
    {
        var config = new ModelConfig { ModelChannels = [32, 32], ResBlocks = [1, 1], Depth = 1, Heads = 2 };
        var task = new SuperResolutionTask
        {
            Variable = variable,
            Factor = 4,
            Patch = 16,
            Interpolation = Interpolation.Bicubic,
            Registration = Registration.Node,
            Parameter = ["reynolds"],
            ParameterScale = 1000,
        };
        var statistics = new DataStatistics
        {
            Mean = 0,
            Std = 1,
            ResidualRms = 0.1,
            ResidualScale = new ResidualScale { Kind = ResidualScaleKind.Global, Unit = 0.1 },
        };
        statistics = statistics with { FurtherChannels = [.. FieldChannel.List(variable).Skip(1).Select(_ => statistics)] };
        using var model = new SuperResolutionModel(config, task, statistics);
        model.Backbone.Initialize(1);
        ModelFile.Save(this[name], model.Model, new Dictionary<string, string>());
        return this[name];
    }

    /// <summary>Writes a model that forecasts by 0.5 from two snapshots, with tiles of 16 cells, whose network is untrained.</summary>
    public string ForecastModel(string name = "forecast.safetensors", string variable = "w", bool advection = false)
    {
        var config = new ModelConfig { ModelChannels = [32, 32], ResBlocks = [1, 1], Depth = 1, Heads = 2 };
        var task = new ForecastTask { Variable = variable, History = 2, Advection = advection, TimeStep = 0.5, Patch = 16, Parameter = ["reynolds"], ParameterScale = 1000 };
        var statistics = new DataStatistics
        {
            Mean = 0,
            Std = 1,
            ResidualRms = 0.1,
            ResidualScale = new ResidualScale { Kind = ResidualScaleKind.Global, Unit = 0.1 },
        };
        statistics = statistics with { FurtherChannels = [.. FieldChannel.List(variable).Skip(1).Select(_ => statistics)] };
        using var model = new DiffusionModel(config, new ModelTasks(Forecast: new(task, statistics)));
        model.Backbone.Initialize(1);
        ModelFile.Save(this[name], model, new Dictionary<string, string>());
        return this[name];
    }

    /// <summary>Writes periodic fields w(time, y, x) at the times 1, 1.5, … with the attribute reynolds.</summary>
    public string Fields(string file, int height, int width, int times = 2, string variable = "w", string? reynolds = "500", float? missing = null, string timeUnits = "1")
    {
        var attributes = new Dictionary<string, string> { ["history"] = "made for a test" };
        if (reynolds is not null)
        {
            attributes["reynolds"] = reynolds;
        }

        using var writer = FieldWriter.Create(this[file], new OutputSpec
        {
            Grid = Grid.PeriodicBox(height, width),
            Times = [.. Enumerable.Range(0, times).Select(i => 1 + (0.5 * i))],
            TimeUnits = timeUnits,
            Fields = [.. variable.Split(',').Select(name => new OutputField(name, LongName: "vorticity"))],
            Attributes = attributes,
        });
        for (var time = 0; time < times; time++)
        {
            var values = new float[height * width];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = missing ?? (float)(Math.Sin(Math.Tau * (i / width) / height) + Math.Cos((Math.Tau * 2 * (i % width) / width) + time));
            }

            foreach (var name in variable.Split(','))
            {
                writer.Write(name, 0, time, values);
            }
        }

        writer.Commit();
        return this[file];
    }
}
