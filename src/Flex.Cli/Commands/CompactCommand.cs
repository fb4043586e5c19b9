using System.CommandLine;
using Flex.Diffusion;
using Flex.Torch;
using Flex.Torch.State;

namespace Flex.Cli.Commands;

/// <summary><c>flex compact</c>: stores the weights of a model in half precision.</summary>
public static class CompactCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var model = new Argument<string>("MODEL") { Description = "Model (.safetensors) that flex train or flex import wrote" };
        var output = new Option<string>("--out") { Description = "Model to write", Required = true };
        var command = new Command("compact", "Halve the size of a model: weights in half precision, computed with in float32 as before") { model, output };
        command.OnRun((parsed, _) =>
        {
            var (source, target) = (parsed.GetValue(model)!, parsed.GetValue(output)!);
            ModelFile.Load(source).Dispose(); // says what is wrong with a file that is no model
            var file = SafeTensors.Read(source);
            SafeTensors.Write(target, file.Tensors.Select(tensor => KeyValuePair.Create(tensor.Key, Halve(tensor.Key, tensor.Value))), file.Metadata);
            services.Out.WriteLine($"{target}: {new FileInfo(target).Length / 1e6:0.0} MB instead of {new FileInfo(source).Length / 1e6:0.0} MB");
            return ExitStatus.Success;
        });
        return command;
    }

    // Vectors (biases, normalisations, frequencies) weigh little and stay exact.
    private static TensorData Halve(string name, TensorData tensor)
    {
        if (tensor.Type != ScalarType.Float32 || tensor.Shape.Length < 2)
        {
            return tensor;
        }

        Half[] halves = [.. tensor.AsSpan<float>().ToArray().Select(value => (Half)value)];
        return Array.TrueForAll(halves, Half.IsFinite)
            ? TensorData.From<Half>(halves, tensor.Shape)
            : throw new InputException($"the weight {name} has values beyond half precision (65504): keep the model as it is");
    }
}
