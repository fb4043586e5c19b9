using Flex.Evaluation.Diagnosis;
using Flex.Torch.Random;

namespace Flex.Evaluation.Tests.Diagnosis;

/// <summary>Every failure is made, and caught by its detector alone.</summary>
public sealed class DetectorTests
{
    private const int Size = 64;

    // A field with variance at all scales.
    private static readonly float[] Truth = [.. Noise(0).Select((noise, i) =>
        (3 * MathF.Sin(MathF.Tau * (i / Size) / Size)) + (3 * MathF.Cos(MathF.Tau * 2 * (i % Size) / Size)) + noise)];

    // Four members that err as much as they differ: independent noise around a mean that is off by as much.
    private static float[][] Sound(float error = 0.2f) =>
        [.. Enumerable.Range(1, 4).Select(m => Truth.Zip(Noise(9), Noise((uint)m)).Select(v => v.First + (error * (v.Second + v.Third))).ToArray())];

    private static ExaminedField Field(IReadOnlyList<float[]> members) => new(
        Size, Size, Truth, [.. Truth.Zip(Noise(20), (value, noise) => value + noise)], members, IsPeriodic: true, [16, 48], [16, 48]);

    private static string[] Found(IReadOnlyList<float[]> members)
    {
        var examination = new Examination();
        examination.Add(Field(members));
        return [.. examination.Symptoms.Where(symptom => symptom.IsFound).Select(symptom => symptom.Name)];
    }

    [Fact]
    public void A_sound_model_has_none() => Assert.Empty(Found(Sound()));

    [Fact]
    public void Collapse()
    {
        var one = Sound()[0];
        Assert.Equal(["posterior collapse"], Found([.. Enumerable.Range(1, 4).Select(m => one.Zip(Noise((uint)m), (v, n) => v + (0.001f * n)).ToArray())]));
    }

    [Fact]
    public void Blur() => Assert.Equal(["blur"], Found(Sound(error: 0.7f)));

    [Fact]
    public void Seams() => Assert.Equal(["seams"], Found(
        [.. Sound().Select(member => member.Select((value, i) => i % Size is >= 16 and < 48 && i / Size is >= 16 and < 48 ? value + 0.5f : value).ToArray())]));

    [Fact]
    public void Roll_off()
    {
        // Half of the finest structure is missing everywhere.
        float[] Smooth(float[] field) => [.. field.Select((value, i) => 0.5f * (value + field[(i / Size * Size) + ((i + 1) % Size)]))];
        Assert.Equal(["spectral roll-off"], Found([.. Sound(0.1f).Select(Smooth)]));
    }

    [Fact]
    public void What_cannot_be_measured_is_not_found()
    {
        var examination = new Examination();
        examination.Add(Field(Sound()) with { IsPeriodic = false, EdgeRows = [], EdgeColumns = [] });
        Assert.All(examination.Symptoms.Skip(2), symptom => Assert.True(double.IsNaN(symptom.Value) && !symptom.IsFound));
    }

    private static float[] Noise(uint stream)
    {
        var values = new float[Size * Size];
        CounterNoise.FillNormal(values, new NoiseKey(5, stream));
        return values;
    }
}
