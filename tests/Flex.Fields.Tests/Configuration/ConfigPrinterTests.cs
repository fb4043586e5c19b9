using Flex.Fields.Configuration;
using FsCheck;
using FsCheck.Fluent;

namespace Flex.Fields.Tests.Configuration;

public class ConfigPrinterTests
{
    [Fact]
    public void Writes_every_setting_in_the_order_of_declaration() => Assert.Equal(
        """
        name: kt
        steps: 3000
        loss: mean_square
        residual_scale: 0.1
        seed: 0
        data: [a]
        channels: [8, 16]
        reynolds:
          low: 250
        optimizer:
          learning_rate: 0.0008
          decay: null
          nesterov: false

        """,
        ConfigPrinter.ToYaml(new Experiment("kt", Loss: Loss.MeanSquare, ResidualScale: 0.1f)
        {
            Data = ["a"],
            Channels = [8, 16],
            Reynolds = new Dictionary<string, double> { ["low"] = 250 },
            Optimizer = new Optimizer(8e-4),
        }));

    [Fact]
    public void What_is_written_reads_back_equal()
    {
        var words = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get).Where(IsPrintable)
            .Or(Gen.Elements("null", "~", "true", "1", "1e3", "- a", "a: b", "'", "\"", "#", "", " ", "a\nb", "*a", "!t"));
        var numbers = ArbMap.Default.GeneratorFor<NormalFloat>().Select(number => number.Get);
        var experiments =
            from name in words
            from seed in ArbMap.Default.GeneratorFor<ulong>()
            from rate in numbers.Select(number => Math.Abs(number) + 1e-300)
            from scale in ArbMap.Default.GeneratorFor<float>().Where(float.IsFinite)
            from data in words.ListOf()
            from channels in ArbMap.Default.GeneratorFor<int[]>()
            select new Experiment(name, ResidualScale: scale, Seed: seed)
            {
                Data = [.. data],
                Channels = channels,
                Optimizer = new Optimizer(rate),
            };

        Prop.ForAll(experiments.ToArbitrary(), expected =>
        {
            var actual = YamlConfig.Parse<Experiment>(ConfigPrinter.ToYaml(expected), "printed");
            Assert.Equal(expected.Data, actual.Data);
            Assert.Equal(expected.Channels, actual.Channels);
            // Records compare lists by reference.
            Assert.Equal(expected, actual with { Data = expected.Data, Channels = expected.Channels });
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Metadata_has_plain_values()
    {
        var dictionary = ConfigPrinter.ToDictionary(new Experiment("kt", ResidualScale: 0.1f));
        Assert.Equal((3000L, "l1", 0.1), (dictionary["steps"], dictionary["loss"], dictionary["residual_scale"]));
        Assert.Null(dictionary["reynolds"]);
        Assert.Equal(1e-5, Assert.IsAssignableFrom<IReadOnlyDictionary<string, object?>>(dictionary["optimizer"])["learning_rate"]);
    }

    // YAML has no way to write these.
    private static bool IsPrintable(string text) => text.All(c => c is >= ' ' and < '\u007f');
}
