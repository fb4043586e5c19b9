using System.Text.Json;
using Flex.Diffusion.Backbones;
using Flex.Diffusion.Backbones.Flex;
using Flex.Diffusion.Backbones.UNet;
using Flex.Diffusion.Backbones.UVit;
using Flex.Diffusion.Sampling;
using Flex.Torch;

namespace Flex.Diffusion.Tests.Golden;

/// <summary>Parity with the independent implementation, within the tolerances that its README states.</summary>
public sealed class BackboneGoldenTests
{
    private const double OutputTolerance = 2e-5;
    private const double GradientTolerance = 2e-4;

    /// <summary>
    /// A bias before a normalisation of one-channel groups has no effect: its exact gradient is zero, and what is
    /// recorded is the round-off of the others, so it is compared with their norm and not with itself.
    /// </summary>
    private const double Float32Epsilon = 1.1920929e-7;

    public static TheoryData<string> Cases => GoldenCase.Names(networkOnly: false);

    public static TheoryData<string> NetworkCases => GoldenCase.Names(networkOnly: true);

    [Fact]
    public void Cases_AreThere() => Assert.True(Cases.Count > 0 && NetworkCases.Count > 0, $"no golden cases in {GoldenCase.Root}");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Schedule_Agrees(string name)
    {
        using var scope = new TensorScope();
        using var golden = new GoldenCase(name);
        var (logSnr, alpha, sigma) = golden.Schedule.At(golden["t"]);
        AssertClose(golden["logsnr"], logSnr);
        AssertClose(golden["alpha"], alpha);
        AssertClose(golden["sigma"], sigma);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [MemberData(nameof(NetworkCases))]
    public void Network_Agrees(string name)
    {
        using var scope = new TensorScope();
        using var noGrad = GradMode.NoGrad();
        using var golden = new GoldenCase(name);
        var p = golden["reynolds"];
        foreach (var task in golden.Tasks)
        {
            var key = GoldenCase.Short(task);
            var features = golden.Backbone.EncodeTask(task, golden.Condition(task), p);
            var latent = golden.Backbone.Encode(golden[$"{key}/x_t"], golden["t"], p, features);
            AssertClose(golden[$"{key}/network_output"], golden.Backbone.Decode(latent, golden["t"], p, features));

            // The values between are recorded for super-resolution, the tokens not in every case.
            if (task == TaskKind.SuperRes)
            {
                AssertClose(golden["sr/latent"], latent.Tokens);
                AssertClose(golden["sr/head"], features.Head);
            }

            if (golden.TensorNames.Contains($"{key}/decoder_tokens"))
            {
                AssertClose(golden[$"{key}/decoder_tokens"], DecoderTokens(golden.Backbone, latent, features, golden["t"], p));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void LossAndGradients_Agree(string name)
    {
        using var scope = new TensorScope();
        using var golden = new GoldenCase(name);
        var loss = Loss(golden);
        AssertClose(golden["loss"], loss);

        loss.Backward();
        var gradients = golden.Backbone.NamedParameters().Select(p => (p.Name, Grad: p.Value.Grad)).Where(p => p.Grad is not null)
            .ToDictionary(p => p.Name, p => p.Grad!, StringComparer.Ordinal);
        var norm = Math.Sqrt(gradients.Values.Sum(g => Math.Pow(g.Norm().Item(), 2)));
        Assert.Equal(golden["grad_norm"].Item(), norm, GradientTolerance * norm);
        var compared = golden.TensorNames.Where(n => n.StartsWith("grad/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(compared);
        Assert.All(compared, n => AssertClose(golden[n], gradients[n["grad/".Length..]], GradientTolerance, Float32Epsilon / GradientTolerance * norm));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Samples_Agree(string name)
    {
        using var scope = new TensorScope();
        using var noGrad = GradMode.NoGrad();
        using var golden = new GoldenCase(name);
        foreach (var task in golden.Tasks)
        {
            foreach (var steps in new[] { 1, 2, 5 })
            {
                AssertClose(golden[$"{GoldenCase.Short(task)}/sample_N{steps}"], Sample(golden, task, steps));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ParameterOrder_Agrees(string name)
    {
        using var golden = new GoldenCase(name);
        Assert.Equal(golden.ParameterOrder, golden.Backbone.NamedParameters().Select(p => p.Name));
    }

    [Theory]
    [InlineData("flex", "small")]
    [InlineData("flex", "medium")]
    [InlineData("flex", "big")]
    [InlineData("unet", "small")]
    [InlineData("unet", "medium")]
    [InlineData("unet", "big")]
    [InlineData("uvit", "small")]
    [InlineData("uvit", "medium")]
    [InlineData("uvit", "big")]
    [Trait("Category", "Slow")]
    public void StateShapes_Agree(string name, string size)
    {
        var shapes = JsonDocument.Parse(File.ReadAllText(Path.Combine(GoldenCase.Root, "state_shapes.json"))).RootElement.GetProperty($"{name}-{size}");
        BackboneConfig config = name switch
        {
            "unet" => UNetConfig.OfSize(size),
            "uvit" => UVitConfig.OfSize(size),
            _ => FlexConfig.OfSize(size),
        };
        using var backbone = (config with { ImageSize = 256, Tasks = [TaskKind.SuperRes, TaskKind.Forecast] }).Create();
        foreach (var network in shapes.EnumerateObject())
        {
            var prefix = network.Name + ".";
            var expected = network.Value.GetProperty("state").EnumerateObject()
                .Select(p => $"{p.Name} ({string.Join(", ", p.Value.EnumerateArray())})");
            var actual = backbone.NamedState().Where(s => s.Name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(s => $"{s.Name[prefix.Length..]} ({string.Join(", ", s.Value.Shape)})");
            Assert.Equal(expected, actual);
            Assert.Equal(
                network.Value.GetProperty("parameters").GetInt64(),
                backbone.NamedParameters().Where(s => s.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(s => s.Value.Numel));
        }
    }

    private static Tensor DecoderTokens(Backbone backbone, Latent latent, TaskFeatures features, Tensor t, Tensor p) => backbone switch
    {
        FlexBackbone flex => flex.Decoder.Attend(latent, flex.Decoder.Embed(t, p)),
        UVitBackbone uvit => uvit.Decoder.Attend(latent, features, t, p),
        _ => throw new InvalidOperationException("the decoder has no tokens"),
    };

    private static Tensor Loss(GoldenCase golden)
    {
        var (p, t) = (golden["reynolds"], golden["t"]);
        var lossOf = new DiffusionLoss(LossKind.L1, golden.Weighted);
        var losses = new List<Tensor>();
        var latents = new List<Tensor>();
        foreach (var task in golden.Tasks)
        {
            var features = golden.Backbone.EncodeTask(task, golden.Condition(task), p);
            Tensor Network(Tensor z)
            {
                var latent = golden.Backbone.Encode(z, t, p, features);
                latents.Add(latent.Tokens.DetachFromScope());
                return golden.Backbone.Decode(latent, t, p, features);
            }

            var residual = golden.Target(task) - golden.Anchor(task);
            losses.Add(lossOf.Compute(golden.Prediction, golden.Schedule, Network, residual, golden["eps"], t));
        }

        var loss = Tensor.Stack([.. losses]).Mean();
        loss = golden.Contrastive ? loss + ContrastiveAlignment.Loss(latents[0], latents[1]) : loss;
        latents.ForEach(l => l.Dispose());
        return loss;
    }

    private static Tensor Sample(GoldenCase golden, TaskKind task, int steps)
    {
        var p = golden["reynolds"];
        var features = golden.Backbone.EncodeTask(task, golden.Condition(task), p);
        var residual = new DdimSampler(steps).Sample(
            golden.Prediction, golden.Schedule, (z, t) => golden.Backbone.Forward(z, Tensor.Full([z.Size(0)], t), p, features), golden["x_T"]);
        return golden.Anchor(task) + residual;
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance = OutputTolerance, double smallestScale = 1)
    {
        Assert.Equal(expected.Numel, actual.Numel);
        var (e, a) = (expected.ToArray<float>(), actual.ToArray<float>());
        var scale = Math.Max(smallestScale, e.Max(Math.Abs));
        var error = e.Zip(a, (x, y) => (double)Math.Abs(x - y)).Max();
        Assert.True(error <= tolerance * scale, $"differs by {error:g3} where {tolerance * scale:g3} is allowed");
    }
}
