using System.Text;
using Flex.Torch.Random;

namespace Flex.Soak.Tests.Fuzzing;

/// <summary>Configurations.</summary>
internal static class HostileYaml
{
    private const string Sound = """
        # a small training
        model: { model_channels: [32, 32], res_blocks: [1, 1], depth: 1, heads: 4 }
        data:
          train: { files: [train.nc], variable: w, parameter: [reynolds], parameter_scale: 100, patch: 16 }
          valid: { files: [valid.nc], patches: 4 }
        optimizer: { kind: adamw, learning_rate: 1e-3, betas: [0.9, 0.999] }
        tasks: { superres: 1 }
        steps: 30
        batch: 2
        warmup_steps: 5
        ema:
          decay: 0.9
        checkpoint_every:
          steps: 10
          minutes: 0.5
        precision: float32
        threads: 1
        """;

    private static readonly string[] _values =
        ["-1", "0", "1e999", "NaN", "9223372036854775808", "[]", "{}", "~", "\"\\u0000\"", "[[[[1]]]]", "true", "'", "&a [*a]", "!!python/object:os.system x", "- -"];

    private static readonly Func<CounterGenerator, string>[] _bombs =
    [
        random => string.Concat(Enumerable.Repeat("[", 1 << (5 + random.NextInt(13)))),
        random => string.Concat(Enumerable.Repeat("{a: ", 1 << (5 + random.NextInt(13)))),
        random => string.Concat(Enumerable.Range(0, 1 << random.NextInt(12)).Select(depth => new string(' ', depth) + "a:\n")),
        _ => "a0: &a0 [x, x]\n" + string.Concat(Enumerable.Range(1, 30).Select(i => $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n")),
        random => string.Concat(Enumerable.Repeat("- ", 1 << (5 + random.NextInt(13)))),
        random => "steps: " + new string('9', 1 << random.NextInt(19)),
        random => string.Concat(Enumerable.Repeat("? ", 1 << (5 + random.NextInt(13)))),
        random => "a: \"" + string.Concat(Enumerable.Repeat("\\n", 1 << random.NextInt(18))),
    ];

    public static FuzzFormat Format { get; } = new("yaml", "case.yaml", () => [Encoding.UTF8.GetBytes(Sound)], Make, (file, _) => [FuzzReader.Command("train", file, "--dry-run")]);

    private static byte[] Make(CounterGenerator random) => random.NextInt(8) switch
    {
        0 => Encoding.UTF8.GetBytes(_bombs[random.NextInt(_bombs.Length)](random)),
        < 4 => Encoding.UTF8.GetBytes(Replace(random)),
        _ => Mutator.Damage(Encoding.UTF8.GetBytes(Sound), random),
    };

    // Puts something else after one of the colons.
    private static string Replace(CounterGenerator random)
    {
        var parts = Sound.Split(": ");
        var i = 1 + random.NextInt(parts.Length - 1);
        var end = parts[i].IndexOfAny([',', '}', '\n', ']']);
        parts[i] = _values[random.NextInt(_values.Length)] + (end < 0 ? "" : parts[i][end..]);
        return string.Join(": ", parts);
    }
}
