using System.IO.Enumeration;
using Flex.Torch;
using Flex.Torch.Nn;
using Flex.Torch.State;

namespace Flex.Training;

/// <summary>Gives a network the weights of a model file and freezes some of its parameters.</summary>
/// <param name="config">What is wanted.</param>
/// <param name="folder">The folder that the file's path is relative to.</param>
public sealed class StartingWeights(StartConfig config, string folder)
{
    private readonly string _path = Path.Combine(folder, config.Model);

    /// <summary>Changes a network, which has its random weights.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="InputException">The file cannot be read, has other shapes or nothing in common; a pattern fits no parameter, or all are frozen.</exception>
    public void Apply(Module network)
    {
        ArgumentNullException.ThrowIfNull(network);
        Copy(network);
        Freeze(network);
    }

    private void Copy(Module network)
    {
        var state = SafeTensors.Read(_path).Tensors;
        var copied = 0;
        using var noGrad = GradMode.NoGrad();
        foreach (var (name, value) in network.NamedState().Where(entry => state.ContainsKey(entry.Name)))
        {
            if (!state[name].Shape.SequenceEqual(value.Shape))
            {
                throw new InputException($"{_path} has {name} as ({string.Join(", ", state[name].Shape)}), this network has ({string.Join(", ", value.Shape)}): start from a model of the same architecture");
            }

            using var scope = new TensorScope();
            value.CopyInPlace(state[name].ToTensor());
            copied++;
        }

        if (copied == 0)
        {
            throw new InputException($"{_path} has no tensor of this network: start from a model of the same architecture");
        }
    }

    private void Freeze(Module network)
    {
        var parameters = network.NamedParameters().ToList();
        foreach (var pattern in config.Freeze)
        {
            var matches = parameters.Where(parameter => FileSystemName.MatchesSimpleExpression(pattern, parameter.Name, ignoreCase: false)).ToList();
            matches.ForEach(parameter => parameter.Value.RequiresGrad = false);
            if (matches.Count == 0)
            {
                throw new InputException($"start.freeze: '{pattern}' fits no parameter; names look like {parameters[0].Name}");
            }
        }

        if (parameters.TrueForAll(parameter => !parameter.Value.RequiresGrad))
        {
            throw new InputException("start.freeze fits all parameters, so that nothing is left to train: freeze fewer");
        }
    }
}
