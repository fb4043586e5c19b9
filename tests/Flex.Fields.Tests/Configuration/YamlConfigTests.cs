using Flex.Fields.Configuration;

namespace Flex.Fields.Tests.Configuration;

public sealed class YamlConfigTests
{
    [Fact]
    public void Reads_every_kind_of_value()
    {
        var config = Read(
            """
            name: "null"
            data: [kt-128, kt-256]
            seed: 18446744073709551615
            loss: mean-square
            residual_scale: 0.5
            channels:
              - 32
              - 64
            reynolds: { low: 250, high: 2.0e3 }
            optimizer:
              learning_rate: 8e-4
              decay: null
              nesterov: true
            """);
        Assert.Equal("null", config.Name);
        Assert.Equal(["kt-128", "kt-256"], config.Data);
        Assert.Equal(ulong.MaxValue, config.Seed);
        Assert.Equal(Loss.MeanSquare, config.Loss);
        Assert.Equal(0.5f, config.ResidualScale);
        Assert.Equal([32, 64], config.Channels);
        Assert.Equal(2000.0, config.Reynolds!["high"]);
        Assert.Equal(new Optimizer(8e-4) { Nesterov = true }, config.Optimizer);
    }

    [Fact]
    public void What_is_left_out_keeps_its_default()
    {
        var config = Read("name: a");
        Assert.Equal((3000, Loss.L1, null), (config.Steps, config.Loss, config.ResidualScale));
        Assert.Equal(new Optimizer(), config.Optimizer);
        Assert.Equal([32, 32, 64], config.Channels);
    }

    [Theory]
    [InlineData("name: a\nstep: 3", "c.yaml, line 2: unknown key 'step' (did you mean steps?); the keys are name, steps, ")]
    [InlineData("name: a\noptimizer:\n  learning_rat: 3", "c.yaml, line 3: unknown key 'learning_rat' in 'optimizer' (did you mean learning_rate?)")]
    [InlineData("name: a\nSteps: 3", "c.yaml, line 2: unknown key 'Steps' (did you mean steps?)")]
    [InlineData("steps: 3", "c.yaml, line 1: the key 'name' is missing; it must be a text")]
    [InlineData("", "the key 'name' is missing")]
    [InlineData("name:", "c.yaml, line 1: name must be a text, but it is empty")]
    [InlineData("name: [a]", "c.yaml, line 1: name must be a text, got a list")]
    [InlineData("name: a\nsteps: 3.5", "c.yaml, line 2: steps must be a whole number, got '3.5'")]
    [InlineData("name: a\nsteps: 3000000000", "steps must be a whole number, got '3000000000'")]
    [InlineData("name: a\nseed: -1", "seed must be a whole number that is not negative, got '-1'")]
    [InlineData("name: a\nresidual_scale: .inf", "residual_scale must be a finite number, got '.inf'")]
    [InlineData("name: a\nresidual_scale: NaN", "residual_scale must be a finite number")]
    [InlineData("name: a\nresidual_scale: 1e99", "residual_scale must be a finite number")]
    [InlineData("name: a\nloss: l3", "c.yaml, line 2: loss must be one of l1, mean_square, got 'l3'")]
    [InlineData("name: a\nloss: 1", "loss must be one of l1, mean_square, got '1'")]
    [InlineData("name: a\nchannels: 32", "channels must be a list like [1, 2], got '32'")]
    [InlineData("name: a\nchannels:\n- 32\n- x", "c.yaml, line 4: channels[1] must be a whole number, got 'x'")]
    [InlineData("name: a\noptimizer: adam", "optimizer must be a group of keys with values, got 'adam'")]
    [InlineData("name: a\noptimizer: { nesterov: yes }", "optimizer.nesterov must be true or false, got 'yes'")]
    [InlineData("- a", "c.yaml, line 1: the file must be a group of keys with values, got a list")]
    [InlineData("name: a\nname: b", "c.yaml, line 2: the key 'name' is given twice")]
    public void A_mistake_is_named_with_its_place(string yaml, string message) => AssertRefused(message, () => Read(yaml));

    [Theory]
    [InlineData("name: a\nsteps: 0", "c.yaml, line 2: steps must be at least 1, got 0")]
    [InlineData("name: a\noptimizer:\n  learning_rate: -1", "c.yaml, line 3: optimizer.learning_rate must be positive, got -1")]
    public void A_value_out_of_range_is_named_with_its_place(string yaml, string message) => AssertRefused(message, () => Read(yaml));

    [Theory]
    [InlineData("name: &a x\n", "anchors are not supported")]
    [InlineData("name: *a\n", "aliases are not supported")]
    [InlineData("name: !!python/object x\n", "tags are not supported")]
    [InlineData("name: a\n---\nname: b\n", "c.yaml, line 2: a second document starts here")]
    [InlineData("name: [a", "this is not YAML")]
    [InlineData("name: \"\\q\"", "this is not YAML")]
    [InlineData("name: a\n\tsteps: 3", "this is not YAML")]
    [InlineData("? [a]\n: b", "a key must be a word")]
    public void Hostile_and_broken_text_is_refused(string yaml, string message) => AssertRefused(message, () => Read(yaml));

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void Deep_nesting_ends_before_the_stack_does(char bracket) =>
        AssertRefused("nested more than", () => Read("name: " + new string(bracket, 500_000)));

    [Fact]
    public void Arbitrary_text_gives_a_configuration_or_one_line()
    {
        var pieces = new[] { "name", ":", " ", "\n", "-", "[", "]", "{", "}", "a", "1", "\"", "'", "|", ">", "#", "&x", "*x", "!t", "\t", "?", "%", "---", "\\", "\0", "é" };
        var random = new Random(1);
        for (var i = 0; i < 3000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => pieces[random.Next(pieces.Length)]));
            var e = Record.Exception(() => Read(text));
            Assert.True(e is null or InputException, $"{text}: {e}");
        }
    }

    [Fact]
    public void Settings_win_over_the_file()
    {
        var config = YamlConfig.Parse<Experiment>(
            "name: a\nsteps: 5\noptimizer: { nesterov: true }", "c.yaml",
            ["steps=7", "optimizer.learning_rate=0.5", "channels=[8, 16]", "name=x=y", "optimizer.decay="]);
        Assert.Equal((7, "x=y"), (config.Steps, config.Name));
        Assert.Equal(new Optimizer(0.5) { Nesterov = true }, config.Optimizer);
        Assert.Equal([8, 16], config.Channels);
    }

    [Theory]
    [InlineData("steps", "--set steps: write it as key.sub=value")]
    [InlineData("=3", "write it as key.sub=value")]
    [InlineData("stepz=3", "--set stepz=3: unknown key 'stepz' (did you mean steps?)")]
    [InlineData("optimizer.learning_rate=[1, x]", "--set optimizer.learning_rate=[1, x]: optimizer.learning_rate must be a finite number, got a list")]
    [InlineData("steps.a=3", "--set steps.a=3: steps must be a whole number, got a group of keys")]
    [InlineData("steps=0", "--set steps=0: steps must be at least 1, got 0")]
    public void A_wrong_setting_is_quoted(string setting, string message) =>
        AssertRefused(message, () => YamlConfig.Parse<Experiment>("name: a", "c.yaml", [setting]));

    [Fact]
    public void Files_that_cannot_be_read_are_named()
    {
        using var folder = new TemporaryFolder();
        AssertRefused("there is no such file", () => YamlConfig.Load<Experiment>(folder.File("none.yaml")));
        AssertRefused("there is no such file", () => YamlConfig.Load<Experiment>(folder.File("none/none.yaml")));
        AssertRefused("it is a folder", () => YamlConfig.Load<Experiment>(folder.Path));

        File.WriteAllText(folder.File("large.yaml"), "name: " + new string('a', YamlConfig.MaximumBytes));
        AssertRefused("too much for a configuration", () => YamlConfig.Load<Experiment>(folder.File("large.yaml")));
    }

    [Fact]
    public void A_file_is_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("c.yaml"), "# comment\nname: é\n");
        Assert.Equal("é", YamlConfig.Load<Experiment>(folder.File("c.yaml")).Name);
    }

    private static Experiment Read(string yaml) => YamlConfig.Parse<Experiment>(yaml, "c.yaml");

    private static void AssertRefused(string message, Func<object> read)
    {
        var e = Assert.Throws<InputException>(read);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    /// <summary>A folder that goes away with the test.</summary>
    private sealed class TemporaryFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-config");

        public string Path => _folder.FullName;

        public string File(string name) => System.IO.Path.Combine(Path, name);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
