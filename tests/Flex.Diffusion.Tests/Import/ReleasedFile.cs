using System.Globalization;
using System.Runtime.InteropServices;
using Flex.Torch.Nn;
using Flex.Torch.State;
using Flex.Torch.Tests.State;

namespace Flex.Diffusion.Tests.Import;

/// <summary>Writes weights as the released training code's <c>torch.save</c> does: a dictionary a network, the EMA as a bare list.</summary>
internal static class ReleasedFile
{
    private static readonly string[] Networks = ["encoder", "decoder", "superres_encoder", "forecast_encoder"];

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="weights">Tensors by full name.</param>
    /// <param name="averaged">The moving average: full names in the released order, parameters only.</param>
    public static void Write(string path, IReadOnlyDictionary<string, TensorData> weights, IEnumerable<TensorData> averaged)
    {
        var pickle = new PickleBuilder().Op('}').Op('(');
        var storages = 0;
        void Add(TensorData tensor)
        {
            var key = storages++.ToString(CultureInfo.InvariantCulture);
            var values = tensor.ToTensor().ToArray<float>();
            pickle.Tensor(values.Length, 0, [.. tensor.Shape], Strides(tensor.Shape), key: key);
            pickle.Entry($"archive/data/{key}", MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        }

        foreach (var network in Networks)
        {
            var tensors = weights.Where(entry => entry.Key.StartsWith(network + ".", StringComparison.Ordinal)).ToList();
            if (tensors.Count == 0)
            {
                continue;
            }

            pickle.Text(network).Global("collections", "OrderedDict").Op(')').Op('R').Op('(');
            foreach (var (name, tensor) in tensors)
            {
                pickle.Text(name[(network.Length + 1)..]);
                Add(tensor);
            }

            pickle.Op('u');
        }

        pickle.Text("ema").Op('}').Op('(').Text("shadow_params").Op(']').Op('(');
        foreach (var tensor in averaged)
        {
            Add(tensor);
        }

        pickle.Op('e').Op('u').Op('u').Save(path);
    }

    private static long[] Strides(long[] shape)
    {
        var strides = new long[shape.Length];
        for (var (i, stride) = (shape.Length - 1, 1L); i >= 0; stride *= shape[i--])
        {
            strides[i] = stride;
        }

        return strides;
    }
}
