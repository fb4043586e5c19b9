using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;
using Flex.Fields.Resampling;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Import;

/// <summary>What a checkpoint of the released code does not say about itself; the defaults are those of its turbulence data.</summary>
public sealed record CheckpointImport
{
    /// <summary>Whether to take the moving average of the weights (EMA) or the raw ones.</summary>
    public bool Averaged { get; init; } = true;

    /// <summary>Attention heads; null takes those of the released size.</summary>
    public int? Heads { get; init; }

    /// <summary>What the network's output means.</summary>
    public Prediction Prediction { get; init; } = Prediction.V;

    /// <summary>The shift of the noise schedule.</summary>
    public double LogsnrShift { get; init; } = 1;

    /// <summary>The variable that the model works on; as many, with commas between them, as it has channels.</summary>
    public string Variable { get; init; } = "w";

    /// <summary>The time that one forecast leads ahead, in the units of the files' times; null takes that between the snapshots of a file.</summary>
    public double? TimeStep { get; init; }

    /// <summary>s.</summary>
    public int Factor { get; init; } = 4;

    /// <summary>How the coarse field was brought to the fine grid.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bicubic;

    /// <summary>Where interpolation put the coarse points; the released code shifts them by half a cell.</summary>
    public Registration Registration { get; init; } = Registration.Cell;

    /// <summary>Mean of the training data.</summary>
    public double Mean { get; init; }

    /// <summary>Standard deviation of the training data.</summary>
    public double Std { get; init; } = 5.4574137;

    /// <summary>Where the physical parameters are found in a file, P of them.</summary>
    public IReadOnlyList<string> Parameter { get; init; } = ["reynolds"];

    /// <summary>What the parameters were divided by.</summary>
    public double ParameterScale { get; init; } = 40000;

    /// <summary>Reads a checkpoint as a model.</summary>
    /// <param name="path">The <c>.pt</c> file.</param>
    /// <returns>The model, ready for inference.</returns>
    /// <exception cref="InputException">The file is no such checkpoint, or a setting does not fit it.</exception>
    public DiffusionModel Read(string path)
    {
        var state = ReleasedCheckpoint.Read(path, Averaged);
        var architecture = InferredArchitecture.Of(state.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Shape), path);
        Check(architecture, path);
        var config = new ModelConfig
        {
            ModelChannels = architecture.ModelChannels,
            ResBlocks = architecture.ResBlocks,
            Depth = architecture.Depth,
            Heads = Heads ?? architecture.ReleasedHeads,
            MlpRatio = architecture.MlpRatio,
            Prediction = Prediction,
            LogsnrShift = LogsnrShift,
        };
        var model = new DiffusionModel(config, new ModelTasks(
            architecture.SuperResolves ? new(SuperResolution(architecture), Statistics(architecture)) : null,
            architecture.CondSnapshots > 0 ? new(Forecast(architecture), Statistics(architecture)) : null));
        try
        {
            model.Backbone.Load(state, path);
            model.Backbone.RequiresGrad(false);
            model.Backbone.Eval();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private SuperResolutionTask SuperResolution(InferredArchitecture architecture) => new()
    {
        Variable = Variable,
        Factor = Factor,
        Patch = architecture.ImageSize,
        Interpolation = Interpolation,
        Registration = Registration,
        Parameter = [.. Parameter.Take(architecture.Parameters)],
        ParameterScale = ParameterScale,
    };

    private ForecastTask Forecast(InferredArchitecture architecture) => new()
    {
        Variable = Variable,
        History = architecture.CondSnapshots,
        TimeStep = TimeStep,
        Patch = architecture.ImageSize,
        Parameter = [.. Parameter.Take(architecture.Parameters)],
        ParameterScale = ParameterScale,
    };

    // The released code divides all channels and residuals by one number.
    private DataStatistics Statistics(InferredArchitecture architecture)
    {
        var channel = new DataStatistics
        {
            Mean = Mean,
            Std = Std,
            ResidualRms = 0, // not known, and not needed
            ResidualScale = new ResidualScale { Kind = ResidualScaleKind.None, Unit = Std, Interpolation = Interpolation, Registration = Registration },
        };
        return channel with { FurtherChannels = [.. Enumerable.Repeat(channel, architecture.Channels - 1)] };
    }

    private void Check(InferredArchitecture architecture, string path)
    {
        if (!(Std > 0) || !double.IsFinite(Std) || !double.IsFinite(Mean))
        {
            throw new InputException($"mean {Mean} and std {Std} do not normalise: give finite numbers, std above 0");
        }

        if (architecture.SuperResolves && (Factor < 2 || architecture.ImageSize % Factor != 0))
        {
            throw new InputException($"{path} has patches of {architecture.ImageSize}² cells, which a factor of {Factor} does not divide: choose another --factor");
        }

        if (TimeStep is <= 0)
        {
            throw new InputException($"the time step {TimeStep} must be positive");
        }

        if (FieldChannel.List(Variable).Count != architecture.Channels)
        {
            throw new InputException($"{path} works on {architecture.Channels} channel(s), '{Variable}' names {FieldChannel.List(Variable).Count}: name as many with --var, such as w[0],w[1]");
        }

        if (!(ParameterScale > 0))
        {
            throw new InputException($"the parameter scale {ParameterScale} must be positive");
        }

        if (architecture.Parameters > Parameter.Count)
        {
            throw new InputException($"{path} takes {architecture.Parameters} physical parameters; name as many attributes with --parameter");
        }
    }
}
