using Flex.Fields.DataSets;
using Flex.Torch.Random;

namespace Flex.Training;

/// <summary>How the diffusion times of a step are drawn.</summary>
public enum TimeSampling
{
    /// <summary>Each t ~ U(0, 1) on its own.</summary>
    Uniform,

    /// <summary>One t in each of B equal parts of [0, 1], in random order: each is uniform, their mean varies less.</summary>
    Stratified,
}

/// <summary>
/// Everything random in training, as a function of (seed, step, sample): the number of steps made is the whole state,
/// and the same sample gets the same noise in batches of any size.
/// </summary>
/// <param name="Seed">The user's seed.</param>
/// <param name="Sampling">How times are drawn.</param>
/// <param name="Threads">How many threads draw noise, each for some of the samples.</param>
public sealed record TrainingDraws(ulong Seed, TimeSampling Sampling, int Threads = 1)
{
    // Streams of this seed that are used here; data and initial weights have their own.
    private const uint TimeStream = 0x7261_0001, OrderStream = 0x7261_0002, NoiseStream = 0x7261_0003,
        DropoutStream = 0x7261_0004, ValidationStream = 0x7261_0005;

    // More draws than the shuffling of any batch needs.
    private const int DrawsPerStep = 20;

    /// <summary>The diffusion times of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="samples">B, the samples of the step in all its batches.</param>
    /// <returns>(B) numbers in [0, 1).</returns>
    public float[] Times(long step, int samples)
    {
        var times = new float[samples];
        CounterNoise.FillUniform(times, new NoiseKey(Seed, TimeStream, Step: (uint)step));
        if (Sampling == TimeSampling.Stratified)
        {
            for (var i = 0; i < samples; i++)
            {
                times[i] = Math.Min((i + times[i]) / samples, MathF.BitDecrement(1));
            }

            new CounterGenerator(Seed, OrderStream, (ulong)step << DrawsPerStep).Shuffle<float>(times);
        }

        return times;
    }

    /// <summary>The noise ε of samples of a step.</summary>
    /// <param name="destination">(samples, …) standard normal numbers.</param>
    /// <param name="step">The step.</param>
    /// <param name="firstSample">The first sample's number in the step.</param>
    /// <param name="samples">How many.</param>
    public void FillNoise(Span<float> destination, long step, int firstSample, int samples) =>
        Fill(destination, samples, i => new NoiseKey(Seed, NoiseStream, (uint)(firstSample + i), Step: (uint)step));

    /// <summary>The seed of dropout in one batch.</summary>
    /// <param name="batch">The number of the batch since the beginning.</param>
    /// <returns>The seed.</returns>
    public ulong DropoutSeed(long batch) => new CounterGenerator(Seed, DropoutStream, (ulong)batch).NextUInt64();

    /// <summary>The diffusion times of validation, the same each time: they cover [0, 1] evenly in any number.</summary>
    /// <param name="firstSample">The first validation sample's number.</param>
    /// <param name="samples">How many.</param>
    /// <returns>(samples).</returns>
    public static float[] ValidationTimes(int firstSample, int samples) =>
        [.. Enumerable.Range(firstSample, samples).Select(i => (float)GoldenSequence.At(i))];

    /// <summary>The noise ε of validation, the same each time.</summary>
    /// <param name="destination">(samples, …) standard normal numbers.</param>
    /// <param name="firstSample">The first validation sample's number.</param>
    /// <param name="samples">How many.</param>
    public void FillValidationNoise(Span<float> destination, int firstSample, int samples) =>
        Fill(destination, samples, i => new NoiseKey(Seed, ValidationStream, (uint)(firstSample + i)));

    private unsafe void Fill(Span<float> destination, int samples, Func<int, NoiseKey> key)
    {
        var size = destination.Length / samples;
        fixed (float* pinned = destination)
        {
            var first = pinned;
            Parallel.For(0, samples, new ParallelOptions { MaxDegreeOfParallelism = Threads }, i =>
                CounterNoise.FillNormal(new Span<float>(first + ((long)i * size), size), key(i)));
        }
    }
}
