using System.Globalization;
using Flex.Cli.Bench;
using Flex.Diffusion;
using Flex.Diffusion.Backbones;
using Flex.Diffusion.Sampling;
using Flex.Torch;

namespace Flex.Cli.Doctor;

/// <summary>
/// Has a device compute a loss with its gradients, and samples, and compares them with the processor's: FLEX of the tiny size with random
/// weights and without dropout.
/// </summary>
public static class DeviceChecks
{
    private static readonly WorkSpec Spec = new() { Size = "tiny", Image = 32, Batch = 3 };

    /// <summary>Runs the checks.</summary>
    /// <param name="device">The device.</param>
    /// <returns>One finding for each precision.</returns>
    public static IEnumerable<Finding> Run(Device device)
    {
        var truth = Compute(Device.Cpu, Precision.Float32);

        // Of float32 the order of sums differs; TF32 has 10 bits of mantissa and bfloat16 7, and rounding adds up over some fifty layers.
        foreach (var (precision, limit) in new[] { (Precision.Float32, 1e-3), (Precision.Tf32, 2e-2), (Precision.Bf16, 1e-1) })
        {
            var (loss, gradient, eager, again) = Compute(device, precision);
            var found = (Loss: Difference(loss, truth.Loss), Gradient: Difference(gradient, truth.Gradient), Sample: Difference(eager, truth.First), Replay: Difference(again, eager));
            var worst = Math.Max(Math.Max(found.Loss, found.Gradient), Math.Max(found.Sample, found.Replay));
            yield return new Finding(
                $"{device}",
                worst <= limit ? Health.Ok : Health.Fail,
                string.Create(CultureInfo.InvariantCulture, $"{precision.ToString().ToLowerInvariant()}: off the processor by {found.Loss:0.0e0} (loss), {found.Gradient:0.0e0} (gradient), {found.Sample:0.0e0} (sample), {found.Replay:0.0e0} (replayed)"),
                worst <= limit ? null : "do not use this device in this precision; another libtorch or driver may help");
        }
    }

    // The loss, the gradients of all weights in one row, samples as they are first drawn and as they are drawn from then on.
    private static (float[] Loss, float[] Gradient, float[] First, float[] Later) Compute(Device device, Precision precision)
    {
        using var scope = new TensorScope();
        using var model = RandomFields.Model(Spec);
        model.Backbone.To(device);
        model.Backbone.ComputeIn(precision, device);
        var condition = Field(1);
        var parameters = RandomFields.Normal(2, Spec.Batch, 1).To(device);
        model.Backbone.RequiresGrad(true);
        model.Backbone.Eval();
        var loss = model.Loss(
            new TaskSamples(TaskKind.SuperRes, condition, Field(3), parameters), Tensor.From<float>([0.2f, 0.5f, 0.9f], Spec.Batch).To(device), Field(4));
        loss.Backward();
        float[] gradient = [.. model.Backbone.NamedParameters().Select(parameter => parameter.Value.Grad).OfType<Tensor>().SelectMany(grad => grad.ToArray<float>())];
        var draws = Enumerable.Range(0, 3).Select(_ => model.Condition(TaskKind.SuperRes, condition, parameters, new DdimSampler()).Draw(Field(5)).ToArray<float>()).ToList();
        return ([(float)loss.Item()], gradient, draws[0], draws[2]);

        Tensor Field(uint name) => RandomFields.Normal(name, Spec.Batch, 1, Spec.Image, Spec.Image).To(device);
    }

    // ‖a − b‖/‖b‖.
    private static double Difference(float[] a, float[] b) =>
        Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum() / b.Sum(y => (double)y * y));
}
