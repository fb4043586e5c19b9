using System.Globalization;
using Flex.Torch;
using Flex.Training;

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

    /// <summary>The type in which convolutions form their products; the peer knows float32 only.</summary>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Float32;

    /// <summary>What is done, in words.</summary>
    public string Title => IsTraining
        ? $"training step, {Size}, {Image}², batch {Batch}"
        : $"sampling, {Size}, {Image}², batch {Batch}, {Members} member{(Members == 1 ? "" : "s")}, N = {Steps}";

    /// <summary>The arguments that tell a worker.</summary>
    public IEnumerable<string> Arguments
    {
        get
        {
            yield return IsTraining ? "train" : "sample";
            foreach (var (name, value) in new[] { ("--size", Size), ("--image", Text(Image)), ("--batch", Text(Batch)) })
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

    /// <summary><see cref="Precision"/> as a type of elements.</summary>
    internal ScalarType ComputeType => Precision == TrainingPrecision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Prepares the work.</summary>
    /// <returns>It, with random weights and random data.</returns>
    public IWork Create() => IsTraining ? new TrainingWork(this) : new SamplingWork(this);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
