using Flex.Diffusion.Backbones;
using Flex.Diffusion.Import;
using Flex.Diffusion.Sampling;
using Flex.Diffusion.Tests.Golden;
using Flex.Torch;
using Flex.Torch.Nn;
using Flex.Torch.State;

namespace Flex.Diffusion.Tests.Import;

/// <summary>A checkpoint of the multi-task code: both task encoders, raw weights and moving average.</summary>
public sealed class MultiTaskImportGoldenTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".pt");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Samples_of_both_tasks_agree()
    {
        using var scope = new TensorScope();
        using var golden = new GoldenCase("flex-multitask");
        Write(golden, averageScale: 1);
        foreach (var averaged in new[] { true, false })
        {
            using var model = new CheckpointImport { Averaged = averaged, TimeStep = 0.05 }.Read(_path);
            Assert.Equal((2, 0.05), (model.Tasks.Forecast!.Task.History, model.Tasks.Forecast.Task.TimeStep));
            foreach (var task in golden.Tasks)
            {
                var expected = golden[$"{GoldenCase.Short(task)}/sample_N2"];
                Assert.InRange((Sample(model, golden, task) - expected).Abs().Max().Item(), 0, 2e-5 * Math.Max(1, expected.Abs().Max().Item()));
            }
        }
    }

    [Fact]
    public void The_moving_average_is_taken_where_it_differs()
    {
        using var scope = new TensorScope();
        using var golden = new GoldenCase("flex-multitask");
        Write(golden, averageScale: 0.9);
        using var model = new CheckpointImport().Read(_path);
        Assert.True((Sample(model, golden, TaskKind.Forecast) - golden["fc/sample_N2"]).Abs().Max().Item() > 1e-3);
    }

    [Fact]
    public void The_loss_of_pairs_with_aligned_latents_agrees_and_reaches_the_shared_encoder()
    {
        using var scope = new TensorScope();
        using var golden = new GoldenCase("flex-multitask");
        Write(golden, averageScale: 1);
        using var model = new CheckpointImport().Read(_path);
        model.Backbone.RequiresGrad(true);
        TaskSamples Samples(TaskKind task) => new(task, golden.Condition(task), golden.Target(task) - golden.Anchor(task), golden["reynolds"]);
        var loss = model.PairedLoss(Samples(TaskKind.SuperRes), Samples(TaskKind.Forecast), golden["t"], golden["eps"], contrastive: 1);
        Assert.True(golden.Contrastive);
        Assert.Equal(golden["loss"].Item(), loss.Item(), 2e-5);

        loss.Backward();
        var norm = Math.Sqrt(model.Backbone.NamedParameters().Sum(p => Math.Pow(p.Value.Grad?.Norm().Item() ?? 0, 2)));
        Assert.Equal(golden["grad_norm"].Item(), norm, 2e-4 * norm);
    }

    private static Tensor Sample(DiffusionModel model, GoldenCase golden, TaskKind task)
    {
        var p = golden["reynolds"];
        return golden.Anchor(task) + model.Sample(model.Encode(task, golden.Condition(task), p), p, golden["x_T"], new DdimSampler(2));
    }

    private void Write(GoldenCase golden, double averageScale)
    {
        var weights = SafeTensors.Read(Path.Combine(GoldenCase.Root, "flex-multitask", "weights.safetensors")).Tensors;
        ReleasedFile.Write(_path, weights, golden.ParameterOrder.Select(name => (weights[name].ToTensor() * averageScale).ToData()));
    }
}
