using System.CommandLine;
using Flex.Diffusion;
using Flex.Diffusion.Backbones;
using Flex.Diffusion.Sampling;
using Flex.Diffusion.Tiling;
using Flex.Torch;
using Flex.Torch.Distributed;

namespace Flex.Cli.SuperResolution;

/// <summary>The options that choose a model and how it is sampled, the same for every command.</summary>
internal sealed class SamplingOptions
{
    /// <summary>The model's file.</summary>
    public Option<string> Model { get; } = new("--model") { Description = "Model (.safetensors) that flex train or flex import wrote", Required = true };

    /// <summary>N.</summary>
    public Option<int> Steps { get; } = new("--steps") { Description = "Sampling steps N", DefaultValueFactory = _ => 2 };

    /// <summary>η.</summary>
    public Option<double> Eta { get; } = new("--eta") { Description = "Ancestral noise, 0 (none) to 1" };

    /// <summary>p.</summary>
    public Option<double> Placement { get; } = new("--placement") { Description = "Exponent p of the noise levels t = (i/N)^p: below 1 more of them at the noisy end", DefaultValueFactory = _ => 1 };

    /// <summary>M.</summary>
    public Option<int> Members { get; } = new("--members") { Description = "Ensemble members", DefaultValueFactory = _ => 1 };

    /// <summary>The seed.</summary>
    public Option<ulong> Seed { get; } = new("--seed") { Description = "Seed of the noise", DefaultValueFactory = _ => 1 };

    /// <summary>No correction.</summary>
    public Option<bool> RawSpread { get; } = new("--raw-spread") { Description = "Leave members as they are drawn, without the model's correction of their spread" };

    /// <summary>One orientation.</summary>
    public Option<bool> Unturned { get; } = new("--unturned") { Description = "Draw all members in the field's own orientation, not in random ones among those that the model was trained in" };

    /// <summary>The overlap.</summary>
    public Option<int?> Overlap { get; } = new("--overlap") { Description = "Overlap of tiles in fine cells (default: half a tile)" };

    /// <summary>The batch.</summary>
    public Option<int> Batch { get; } = new("--batch") { Description = "Tiles that go through the network together; memory against speed", DefaultValueFactory = _ => 16 };

    /// <summary>The device.</summary>
    public Option<string> DeviceName { get; } = new("--device") { Description = "cpu, cuda or cuda:N", DefaultValueFactory = _ => "cpu" };

    /// <summary>The precision.</summary>
    public Option<Precision> PrecisionName { get; } = new("--precision")
    {
        Description = "float32, or faster: bf16 (GPUs, processors with avx512_bf16) or tf32 (GPUs)",
        DefaultValueFactory = _ => Precision.Float32,
    };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Model, Steps, Eta, Placement, Members, Seed, RawSpread, Unturned, Overlap, Batch, DeviceName, PrecisionName })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>How answers are drawn.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The settings.</returns>
    public SamplingSettings Read(ParseResult parsed) => new()
    {
        Sampler = new DdimSampler(parsed.GetValue(Steps), parsed.GetValue(Eta), parsed.GetValue(Placement)),
        Members = parsed.GetValue(Members),
        Seed = parsed.GetValue(Seed),
        CorrectSpread = !parsed.GetValue(RawSpread),
        Turned = !parsed.GetValue(Unturned),
        Overlap = parsed.GetValue(Overlap),
        Batch = parsed.GetValue(Batch),
    };

    /// <summary>Loads a super-resolution model onto the device.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="ranks">The processes, each of which has a GPU of its own.</param>
    /// <returns>The model and the device.</returns>
    /// <exception cref="InputException">There is no such model or device.</exception>
    public (SuperResolutionModel Model, Device Device) Load(ParseResult parsed, ProcessGroup ranks) =>
        Load(parsed, ranks, ModelFile.LoadSuperResolution, model => model.Backbone);

    /// <summary>Loads a forecast model onto the device.</summary>
    /// <inheritdoc cref="Load(ParseResult, ProcessGroup)"/>
    public (ForecastModel Model, Device Device) LoadForecast(ParseResult parsed, ProcessGroup ranks) =>
        Load(parsed, ranks, ModelFile.LoadForecast, model => model.Backbone);

    /// <summary>Reads the precision.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="device">Where the network is.</param>
    /// <returns>The precision.</returns>
    /// <exception cref="InputException">This processor would be many times slower in it.</exception>
    public Precision ReadPrecision(ParseResult parsed, Device device)
    {
        var precision = parsed.GetValue(PrecisionName);
        return precision == Precision.Bf16 && device.Type == DeviceType.Cpu && !Processor.HasBf16
            ? throw new InputException("--precision bf16: this processor has no avx512_bf16 and would be many times slower; leave it out")
            : precision;
    }

    private (T Model, Device Device) Load<T>(ParseResult parsed, ProcessGroup ranks, Func<string, T> load, Func<T, Backbone> backbone)
        where T : IDisposable
    {
        var model = load(parsed.GetValue(Model)!);
        try
        {
            var device = ranks.Own(Device.Parse(parsed.GetValue(DeviceName)!));
            backbone(model).To(device);
            backbone(model).ComputeIn(ReadPrecision(parsed, device), device);
            return (model, device);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
