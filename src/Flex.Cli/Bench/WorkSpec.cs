using System.Globalization;
using Flex.Torch;

namespace Flex.Cli.Bench;

/// <summary>Training or sampling of super-resolution at one size: what the program and its peer are both told to do.</summary>
public sealed record WorkSpec
{
    /// <summary>Train in place of sample.</summary>
    public bool IsTraining { get; init; }

    /// <summary>tiny, small, medium or big.</summary>
    public string Size { get; init; } = "small";

    /// <summary>H = W.</summary>
    public int Image { get; init; } = 64;

    /// <summary>B.</summary>
    public int Batch { get; init; } = 4;

    /// <summary>M; sampling only.</summary>
    public int Members { get; init; } = 1;

    /// <summary>N; sampling only.</summary>
    public int Steps { get; init; } = 2;

    /// <summary>Where: cpu, cuda, cuda:1, …</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>How products are formed; the peer has its own defaults for float32 and tf32, and autocast for bf16.</summary>
    public Precision Precision { get; init; }

    /// <summary>Whether blocks keep only their inputs for the backward pass; this program's training only, the peer has no such thing.</summary>
    public bool ActivationCheckpointing { get; init; }

    /// <summary>What is done, in words.</summary>
    public string Title => (IsTraining
        ? $"training step, {Size}, {Image}², batch {Batch}"
        : $"sampling, {Size}, {Image}², batch {Batch}, {Members} member{(Members == 1 ? "" : "s")}, N = {Steps}")
        + (Device == "cpu" ? "" : $", {Device}, {Precision.ToString().ToLowerInvariant()}");

    /// <summary>The arguments that tell a worker.</summary>
    public IEnumerable<string> Arguments
    {
        get
        {
            yield return IsTraining ? "train" : "sample";
            foreach (var (name, value) in new[]
            {
                ("--size", Size), ("--image", Text(Image)), ("--batch", Text(Batch)), ("--device", Device),
                ("--precision", Precision.ToString().ToLowerInvariant()),
            })
            {
                yield return name;
                yield return value;
            }

            foreach (var (name, value) in IsTraining ? [] : new[] { ("--members", Text(Members)), ("--steps", Text(Steps)) })
            {
                yield return name;
                yield return value;
            }
        }
    }

    /// <summary>Prepares the work.</summary>
    /// <returns>It, with random weights and random data.</returns>
    public IWork Create() => IsTraining ? new TrainingWork(this) : new SamplingWork(this);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
