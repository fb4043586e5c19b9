using Flex.Fields.Configuration;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;
using Flex.Fields.Resampling;

namespace Flex.Fields.DataSets;

/// <summary>Which files train (or validate) a model, and how pairs of patches are cut from them.</summary>
public sealed record DataConfig : IValidated
{
    /// <summary>Files: paths or patterns with <c>*</c>, <c>?</c>, <c>**</c>, relative to the configuration's folder.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>
    /// The variable in every file. Several, with commas between them, are the channels of one model: <c>u,v</c>, or <c>w[0],w[2]</c> for channels
    /// of a variable (time, channel, y, x).
    /// </summary>
    public required string Variable { get; init; }

    /// <summary>The channel of a variable (time, channel, y, x) whose name does not say one, from 0.</summary>
    public int Channel { get; init; }

    /// <summary>
    /// Where the physical parameters of a file come from, one entry each (P of them, none is P = 0): the name of a file attribute, a number,
    /// or a regular expression on the file's name whose group is the number, for example <c>re(\d+)_</c>.
    /// </summary>
    public IReadOnlyList<string> Parameter { get; init; } = [];

    /// <summary>What parameters are divided by; 40000 for Reynolds numbers.</summary>
    public double ParameterScale { get; init; } = 40000;

    /// <summary>s: fine cells per coarse cell along both axes.</summary>
    public int Factor { get; init; } = 4;

    /// <summary>K: the snapshots that a forecast sees, the present one included.</summary>
    public int History { get; init; } = 2;

    /// <summary>s: snapshots from one to the next that a forecast sees, and to the one it foretells.</summary>
    public int Step { get; init; } = 1;

    /// <summary>
    /// Whether forecasts see, too, what the flow does when it only carries the present vorticity along: the variable is the vorticity of a doubly
    /// periodic flow in two dimensions. A patch alone shows neither how fast the flow around it carries it along nor where to.
    /// </summary>
    public bool Advection { get; init; }

    /// <summary>
    /// The greatest rms of the noise on the snapshots that a forecast is trained to start from, in units of the residual's scale; 0 for none. Rollouts
    /// of many steps need it: a model that has seen clean pasts only amplifies its own errors. Once or twice the error of one step: 0.1 with advection, 0.4 without.
    /// </summary>
    public double HistoryNoise { get; init; }

    /// <summary>How the coarse field is made.</summary>
    public Degradation Degradation { get; init; } = Degradation.Strided;

    /// <summary>How the coarse field is brought to the fine grid.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bicubic;

    /// <summary>Where interpolation puts the coarse points; <c>cell</c> is the shifted condition of imported checkpoints.</summary>
    public Registration Registration { get; init; } = Registration.Node;

    /// <summary>The axes that wrap around; null takes it from the files (attribute <c>modulo</c> of the coordinates).</summary>
    public IReadOnlyList<FieldAxis>? Periodic { get; init; }

    /// <summary>Side of a patch in fine cells, a multiple of the factor.</summary>
    public int Patch { get; init; } = 64;

    /// <summary>
    /// Patches start at multiples of this many fine cells; 1 for forecasts alone, otherwise the factor unless set, which puts the coarse points at fixed
    /// positions (0, s, 2s, …) of a patch.
    /// </summary>
    public int? StrideAlign { get; init; }

    /// <summary>The symmetries of the square under which the data may be augmented.</summary>
    public SymmetryGroup Symmetries { get; init; } = SymmetryGroup.None;

    /// <summary>Which times of every file are used.</summary>
    public TimeSelection Times { get; init; } = new();

    /// <summary>Whether snapshots stay in memory once read.</summary>
    public SnapshotCache Cache { get; init; } = SnapshotCache.None;

    /// <summary>What the model generates.</summary>
    public PatchTarget Target { get; init; } = PatchTarget.Residual;

    /// <summary>What the residual is divided by.</summary>
    public ResidualScaleKind ResidualScale { get; init; } = ResidualScaleKind.None;

    /// <summary>C, the channels of a model of these data.</summary>
    internal int Channels => FieldChannel.List(Variable).Count;

    /// <inheritdoc/>
    public IEnumerable<ConfigProblem> Validate()
    {
        if (Symmetries == SymmetryGroup.Vorticity && Variable.Contains(',', StringComparison.Ordinal))
        {
            yield return new(nameof(Symmetries), "must not be vorticity with several variables, which do not all change sign in a mirror");
        }

        if (Files.Count == 0)
        {
            yield return new(nameof(Files), "must name at least one file or pattern");
        }

        if (Factor < 2)
        {
            yield return new(nameof(Factor), $"must be at least 2, got {Factor}");
        }
        else if (Patch < 1 || Patch % Factor != 0)
        {
            yield return new(nameof(Patch), $"must be a multiple of the factor {Factor}, got {Patch}");
        }

        if (History < 1)
        {
            yield return new(nameof(History), $"must be at least 1, got {History}");
        }

        if (Step < 1)
        {
            yield return new(nameof(Step), $"must be at least 1, got {Step}");
        }

        if (Advection && (Variable.Contains(',', StringComparison.Ordinal) || Symmetries == SymmetryGroup.Scalar))
        {
            yield return new(nameof(Advection), "belongs to a single variable, the vorticity: name one variable, and no symmetries or those of vorticity");
        }

        if (!(HistoryNoise >= 0 && double.IsFinite(HistoryNoise)))
        {
            yield return new(nameof(HistoryNoise), $"must not be negative, got {HistoryNoise}");
        }

        if (StrideAlign < 1)
        {
            yield return new(nameof(StrideAlign), $"must be at least 1, got {StrideAlign}");
        }

        if (!(Math.Abs(ParameterScale) > 0))
        {
            yield return new(nameof(ParameterScale), "must not be 0");
        }

        if (Channel < 0)
        {
            yield return new(nameof(Channel), $"must be at least 0, got {Channel}");
        }

        if (Times.Stride < 1)
        {
            yield return new(nameof(Times), $"must have a stride of at least 1, got {Times.Stride}");
        }

        if (Symmetries != SymmetryGroup.None && Registration == Registration.Cell)
        {
            yield return new(nameof(Symmetries), "must be none with registration: cell, because a reflection would turn the shift of the condition around");
        }
    }
}

/// <summary>How coarse fields are made of fine ones.</summary>
public enum Degradation
{
    /// <summary>Every s-th point along both axes, starting with point (0, 0).</summary>
    Strided,
}

/// <summary>An axis of a field (y, x).</summary>
public enum FieldAxis
{
    /// <summary>The slow axis: rows.</summary>
    Y,

    /// <summary>The fast axis: columns.</summary>
    X,
}

/// <summary>Where snapshots are kept.</summary>
public enum SnapshotCache
{
    /// <summary>Only the window of a patch is read, each time.</summary>
    None,

    /// <summary>A snapshot is read once, whole, as float32, and kept.</summary>
    Memory,
}

/// <summary>What a model generates from the condition.</summary>
public enum PatchTarget
{
    /// <summary>The residual X_HR − up(X_LR).</summary>
    Residual,

    /// <summary>The field X_HR itself, normalised like the condition (an ablation).</summary>
    Raw,
}
